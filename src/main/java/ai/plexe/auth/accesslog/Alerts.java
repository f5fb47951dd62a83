package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.address.IpAddress;
import ai.plexe.auth.database.BackgroundWork;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Looks at what is brought to PostgreSQL for what an account's owner should know: a key that is accepted no more and still
 * being tried, and a key that is used from a network that is new to it. Both are told in the account's log, and mailed once a
 * day and key. Event loops only.
 */
@ApplicationScoped
class Alerts {

    private static final int REMEMBERED = 100_000;
    private static final String REVOKED = "revoked_key";

    private final AlertRepository repository;
    private final AccountFacts accounts;
    private final AlertMails mails;
    private final AccessLog log;
    private final BackgroundWork background;
    private final Clock clock;

    /** What was asked of PostgreSQL already: keys in use are asked about once. */
    private final Cache<String, Boolean> asked = Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(REMEMBERED)
            .build();

    Alerts(
            AlertRepository repository,
            AccountFacts accounts,
            AlertMails mails,
            AccessLog log,
            BackgroundWork background,
            Clock clock) {
        this.repository = repository;
        this.accounts = accounts;
        this.mails = mails;
        this.log = log;
        this.background = background;
        this.clock = clock;
    }

    Uni<Void> lookAt(List<LogEntry> entries) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return tellOfNetworks(entries, today).chain(() -> tellOfRevoked(entries, today));
    }

    Uni<Void> forget() {
        return repository.forgetAlerts(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    }

    private Uni<Void> tellOfNetworks(List<LogEntry> entries, LocalDate today) {
        Map<String, LogEntry> used = unasked(
                entries, entry -> LogQuery.OK.equals(entry.outcome()) && entry.address() != null, Alerts::nameOfUse);
        if (used.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<LogEntry> uses = List.copyOf(used.values());
        return repository
                .addNetworks(
                        uses.stream().map(LogEntry::keyId).toList(),
                        uses.stream().map(LogEntry::address).toList(),
                        clock.instant())
                .map(names -> names.stream().map(used::get).toList())
                .flatMap(fromNewNetworks -> tell(Event.ALERT_NEW_NETWORK, fromNewNetworks, today))
                .invoke(() -> remember(used));
    }

    private Uni<Void> tellOfRevoked(List<LogEntry> entries, LocalDate today) {
        Map<String, LogEntry> tried =
                unasked(entries, entry -> REVOKED.equals(entry.outcome()), entry -> entry.keyId() + ' ' + today);
        if (tried.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return tell(Event.ALERT_REVOKED_KEY, List.copyOf(tried.values()), today).invoke(() -> remember(tried));
    }

    /** The entries of keys that pass and were not asked about yet, the last of each name. */
    private Map<String, LogEntry> unasked(
            List<LogEntry> entries, Predicate<LogEntry> passes, Function<LogEntry, String> name) {
        Map<String, LogEntry> unasked = new HashMap<>();
        for (LogEntry entry : entries) {
            if (entry.isUseOfKey() && passes.test(entry) && asked.getIfPresent(name.apply(entry)) == null) {
                unasked.put(name.apply(entry), entry);
            }
        }
        return unasked;
    }

    /** As {@link AlertRepository#addNetworks} tells uses. */
    private static String nameOfUse(LogEntry entry) {
        return entry.keyId() + ' ' + entry.address();
    }

    private void remember(Map<String, LogEntry> entries) {
        entries.keySet().forEach(name -> asked.put(name, Boolean.TRUE));
    }

    private Uni<Void> tell(Event event, List<LogEntry> entries, LocalDate today) {
        if (entries.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        List<String> keys = entries.stream().map(LogEntry::keyId).distinct().toList();
        return repository
                .addAlerts(keys, event, today)
                .invoke(firstOfDay -> {
                    Set<String> unmailed = new HashSet<>(firstOfDay);
                    entries.forEach(entry -> tell(event, entry, unmailed.remove(entry.keyId())));
                })
                .replaceWithVoid();
    }

    private void tell(Event event, LogEntry entry, boolean firstOfDay) {
        if (event == Event.ALERT_REVOKED_KEY && !firstOfDay) {
            return;
        }
        Client client = new Client(
                IpAddress.parse(entry.address()), entry.userAgent(), entry.requestId(), entry.method(), entry.path());
        log.record(new AccessLog.Entry(
                event, LogQuery.OK, entry.accountId(), entry.keyId(), null, null, null, null, client));
        if (firstOfDay) {
            background.begin(event.wireName(), () -> mail(event, entry, client));
        }
    }

    private Uni<Void> mail(Event event, LogEntry entry, Client client) {
        return accounts.keyName(entry.accountId(), entry.keyId())
                .flatMap(name -> mails.send(new KeyAlert(event, entry.accountId(), entry.keyId(), name, client)));
    }
}
