package ai.plexe.auth.bootstrap;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.account.AccountService;
import ai.plexe.auth.account.PasswordHasher;
import ai.plexe.auth.account.PasswordPolicy;
import ai.plexe.auth.apikey.ApiKeySecret;
import ai.plexe.auth.apikey.ApiKeyService;
import ai.plexe.auth.apikey.KeySettings;
import ai.plexe.auth.validation.EmailAddress;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.hibernate.exception.ConstraintViolationException;
import org.jboss.logging.Logger;

/**
 * Makes the first account, its owner and an {@code admin} key where no account exists yet. Runs before the first
 * request is taken; a wrong setting stops the start. Of several instances that start at once one wins.
 */
@ApplicationScoped
class Bootstrap {

    private static final Logger LOG = Logger.getLogger(Bootstrap.class);

    private final BootstrapConfig config;
    private final AccountService accounts;
    private final PasswordHasher hasher;
    private final PasswordPolicy policy;
    private final ApiKeyService keys;

    Bootstrap(
            BootstrapConfig config,
            AccountService accounts,
            PasswordHasher hasher,
            PasswordPolicy policy,
            ApiKeyService keys) {
        this.config = config;
        this.accounts = accounts;
        this.hasher = hasher;
        this.policy = policy;
        this.keys = keys;
    }

    void run(@Observes StartupEvent event) throws Throwable {
        checkOwner();
        if (config.email().isEmpty() && config.apiKey().isEmpty()) {
            return;
        }
        ApiKeySecret key = config.apiKey().map(Bootstrap::wellFormed).orElse(null);
        VertxContextSupport.subscribeAndAwait(() -> Panache.withSession(accounts::noneExists)
                .flatMap(none -> none ? make(key) : Uni.createFrom().voidItem())
                .onFailure(ConstraintViolationException.class)
                .recoverWithNull());
    }

    private Uni<Void> make(ApiKeySecret key) {
        Uni<String> hash =
                config.password().map(hasher::hash).orElse(Uni.createFrom().nullItem());
        return hash.flatMap(passwordHash -> Panache.withTransaction(() -> accounts.addOperator("Operator")
                .call(account -> config.email()
                        .map(email -> accounts.addOwner(account, email, passwordHash))
                        .orElse(Uni.createFrom().voidItem()))
                .call(account -> key == null ? Uni.createFrom().voidItem() : keys.insert(account, firstKey(), key))
                .invoke(account -> LOG.infof("made the first account, account_id=%s", account))
                .replaceWithVoid()));
    }

    private static KeySettings firstKey() {
        return new KeySettings("First key", PermissionLevel.ADMIN, null, null, null, null, null);
    }

    private static ApiKeySecret wellFormed(String text) {
        ApiKeySecret key = ApiKeySecret.parse(text);
        if (key == null) {
            throw new IllegalArgumentException(
                    "PLEXE_BOOTSTRAP_API_KEY is not an API key: wrong length, prefix, alphabet or checksum");
        }
        return key;
    }

    private void checkOwner() {
        String email = config.email().orElse(null);
        if (email == null && config.password().isPresent()) {
            throw new IllegalArgumentException("PLEXE_BOOTSTRAP_PASSWORD needs PLEXE_BOOTSTRAP_EMAIL, whose it is");
        }
        if (!new EmailAddress.Validator().isValid(email, null)) {
            throw new IllegalArgumentException("PLEXE_BOOTSTRAP_EMAIL is not an e-mail address");
        }
        config.password().map(password -> policy.objection(password, email)).ifPresent(objection -> {
            throw new IllegalArgumentException("PLEXE_BOOTSTRAP_PASSWORD " + objection);
        });
    }
}
