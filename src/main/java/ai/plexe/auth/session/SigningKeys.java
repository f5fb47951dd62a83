package ai.plexe.auth.session;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_AFTER;
import static jakarta.interceptor.Interceptor.Priority.PLATFORM_BEFORE;

import ai.plexe.auth.database.BackgroundWork;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.id.TimeOrderedId;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * The keys that sign tokens, ES256 (RFC 7518, section 3.4), kept in memory and read anew every few seconds. A new one is made
 * when the last is old enough, by whichever instance notices first; it is published for a while before it signs, and the last
 * one is accepted until no session that it signed can live. Event loops only, but for the start.
 */
@ApplicationScoped
class SigningKeys {

    private static final Logger LOG = Logger.getLogger(SigningKeys.class);
    private static final long RELOAD_MS = 5000;
    private static final int AFTER_THE_SCHEMA = PLATFORM_BEFORE - 1;

    private final SigningKeyRepository repository;
    private final MasterKey masterKey;
    private final SessionConfig config;
    private final BackgroundWork background;
    private final Vertx vertx;
    private final Clock clock;
    private final CompletableFuture<Void> firstReading = new CompletableFuture<>();
    private volatile KeyRing ring = new KeyRing(List.of());
    private long timer;

    SigningKeys(
            SigningKeyRepository repository,
            MasterKey masterKey,
            SessionConfig config,
            BackgroundWork background,
            Vertx vertx,
            Clock clock) {
        this.repository = repository;
        this.masterKey = masterKey;
        this.config = config;
        this.background = background;
        this.vertx = vertx;
        this.clock = clock;
    }

    /** Begins to read as soon as the schema is there: before the templates of mails are read, and so beside them. */
    void begin(@Observes @Priority(AFTER_THE_SCHEMA) StartupEvent event) {
        Uni<Void> reading = Uni.createFrom()
                .deferred(() ->
                        masterKey.hasPrevious() ? renew() : Uni.createFrom().voidItem())
                .chain(this::readOrMake);
        VertxContextSupport.subscribe(
                reading::toMulti,
                subscribe -> subscribe.with(
                        none -> {}, firstReading::completeExceptionally, () -> firstReading.complete(null)));
    }

    /** No request is taken before the keys are there. */
    void awaitKeys(@Observes @Priority(LIBRARY_AFTER) StartupEvent event) {
        Uni.createFrom().completionStage(firstReading).await().indefinitely();
        timer = vertx.setPeriodic(
                RELOAD_MS, elapsed -> background.begin("reading the signing keys", () -> readOrMake()));
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** The keys as they were last read. */
    KeyRing ring() {
        return ring;
    }

    /**
     * Makes a new key.
     *
     * @param revoke whether the others end at once, and with them every session they signed
     */
    Uni<Void> rotate(boolean revoke) {
        return Work.inTransaction(() -> repository.lock().chain(() -> replace(revoke)))
                .chain(this::read);
    }

    /** Wraps anew what is wrapped with the previous master key. */
    private Uni<Void> renew() {
        return Work.inTransaction(() -> repository
                .lock()
                .chain(() -> repository.accepted(now()))
                .invoke(rows -> rows.forEach(this::renew))
                .chain(repository::flush));
    }

    private void renew(SigningKey row) {
        masterKey.renewed(row.id, row.wrappedKey).ifPresent(renewed -> {
            row.wrappedKey = renewed;
            LOG.infof("wrapped a signing key with the new master key, kid=%s", row.id);
        });
    }

    private Uni<Void> readOrMake() {
        return read().chain(() -> isDue() ? makeIfStillDue() : Uni.createFrom().voidItem());
    }

    private Uni<Void> makeIfStillDue() {
        return Work.inTransaction(() -> repository
                        .lock()
                        .chain(() -> repository.accepted(now()))
                        .invoke(this::keep)
                        .chain(() -> isDue() ? replace(false) : Uni.createFrom().voidItem()))
                .chain(this::read);
    }

    private boolean isDue() {
        List<KeyRing.Key> keys = ring.keys();
        return keys.isEmpty()
                || !keys.get(keys.size() - 1)
                        .signsFrom()
                        .plus(config.session().signingKeyRotation())
                        .isAfter(now());
    }

    private Uni<Void> replace(boolean revoke) {
        Instant now = now();
        boolean first = ring.keys().isEmpty();
        Instant signsFrom = revoke || first ? now : now.plus(config.session().signingKeyNotice());
        Instant acceptedUntil = signsFrom.plus(config.session().max());
        Uni<Integer> ended = revoke ? repository.revokeAll(now) : repository.replace(signsFrom, acceptedUntil);
        SigningKey key = generate(now, signsFrom);
        return ended.chain(() -> repository.persistAndFlush(key))
                .invoke(made -> LOG.infof("made a signing key, kid=%s revoked_others=%s", made.id, revoke))
                .replaceWithVoid();
    }

    private Uni<Void> read() {
        return Work.inSession(() -> repository.accepted(now()))
                .invoke(this::keep)
                .replaceWithVoid();
    }

    /** Those already unwrapped are taken over. */
    private void keep(List<SigningKey> rows) {
        KeyRing last = ring;
        ring = new KeyRing(rows.stream()
                .map(row -> last.keys().stream()
                        .filter(key -> key.id().equals(row.id))
                        .findFirst()
                        .map(key -> new KeyRing.Key(
                                key.id(), key.publicKey(), key.privateKey(), row.signsFrom, row.acceptedUntil))
                        .orElseGet(() -> decode(row)))
                .toList());
    }

    private KeyRing.Key decode(SigningKey row) {
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            ECPublicKey publicKey = (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(row.publicKey));
            PrivateKey privateKey =
                    factory.generatePrivate(new PKCS8EncodedKeySpec(masterKey.unwrap(row.id, row.wrappedKey)));
            return new KeyRing.Key(row.id, publicKey, privateKey, row.signsFrom, row.acceptedUntil);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing key " + row.id + " is not an EC key", e);
        }
    }

    private SigningKey generate(Instant now, Instant signsFrom) {
        SigningKey key = new SigningKey();
        key.id = TimeOrderedId.next("sig", now);
        KeyPair pair = pair();
        key.publicKey = pair.getPublic().getEncoded();
        key.wrappedKey = masterKey.wrap(key.id, pair.getPrivate().getEncoded());
        key.createdAt = now;
        key.signsFrom = signsFrom;
        return key;
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
