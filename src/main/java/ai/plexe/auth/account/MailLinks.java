package ai.plexe.auth.account;

import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jboss.logging.Logger;

/**
 * The links that are mailed: each works once, for a short time, and only until a newer one of its purpose is made. The
 * token stands in the fragment, which browsers send neither to servers nor to the next page. Event loops only.
 */
@ApplicationScoped
class MailLinks {

    private static final Logger LOG = Logger.getLogger(MailLinks.class);
    private static final int MAX_SWEPT = 1000;

    private final MailLinkRepository repository;
    private final MailLinkConfig config;
    private final URI publicUrl;
    private final Vertx vertx;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private volatile boolean sweeping;
    private long timer;

    MailLinks(MailLinkRepository repository, MailLinkConfig config, SessionConfig session, Vertx vertx, Clock clock) {
        this.repository = repository;
        this.config = config;
        this.publicUrl = session.publicUrl();
        this.vertx = vertx;
        this.clock = clock;
    }

    /**
     * Makes a link and ends the one from before, within the caller's transaction.
     *
     * @param email the address that the link will be sent to
     * @return the link: a secret
     */
    Uni<URI> make(String userId, MailLinkPurpose purpose, String email) {
        MailLinkToken token = MailLinkToken.generate(random);
        MailLink link = new MailLink();
        link.digest = token.digest();
        link.userId = userId;
        link.purpose = purpose.column();
        link.email = email;
        link.createdAt = now();
        link.expiresAt = now().plus(purpose.lifetime(config));
        return repository.replace(link).replaceWith(() -> page(purpose.page() + "#token=" + token.reveal()));
    }

    /** Where a page of the service is, for people. */
    URI page(String path) {
        return URI.create(publicUrl.toString().replaceAll("/+$", "") + path);
    }

    /**
     * Whose link this is, within the caller's session; it is not used up. Its user is to be locked before it is.
     *
     * @return the user's id, or a failure that tells what to do
     */
    Uni<String> userOf(String shown, MailLinkPurpose purpose) {
        MailLinkToken token = MailLinkToken.parse(shown);
        return token == null
                ? Uni.createFrom().failure(noSuchLink())
                : repository
                        .userOf(token.digest(), purpose, now())
                        .onItem()
                        .ifNull()
                        .failWith(MailLinks::noSuchLink);
    }

    /**
     * Uses the link up, within the caller's transaction, in which its user is locked.
     *
     * @return the address it was sent to, or a failure that tells what to do
     */
    Uni<String> take(String shown, MailLinkPurpose purpose) {
        return repository
                .take(MailLinkToken.parse(shown).digest(), purpose, now())
                .onItem()
                .ifNull()
                .failWith(MailLinks::noSuchLink);
    }

    /** Ends links of these purposes, within the caller's transaction, in which the user is locked. */
    Uni<Void> end(String userId, MailLinkPurpose... purposes) {
        return repository.removeOf(
                userId, Arrays.stream(purposes).map(MailLinkPurpose::column).toList());
    }

    static ProblemException noSuchLink() {
        return ProblemException.invalid(
                "token", "is unknown, was used before, or has expired; ask for a new mail and use its link");
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.sweepPeriod().toMillis(), elapsed -> sweepPeriodically());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void sweepPeriodically() {
        if (!sweeping) {
            sweeping = true;
            sweep().onTermination()
                    .invoke(() -> sweeping = false)
                    .subscribe()
                    .with(
                            swept -> LOG.debugf("cleared %d expired links away", swept),
                            failure -> LOG.warnf("expired links not cleared away: %s", failure.toString()));
        }
    }

    /** A batch at a time, until one is not full. */
    private Uni<Integer> sweep() {
        return repository
                .sweep(clock.instant(), MAX_SWEPT)
                .flatMap(swept -> swept < MAX_SWEPT ? Uni.createFrom().item(swept) : sweep());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
