package ai.plexe.auth.bootstrap;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** The first account, made at the first start, where none exists yet. */
@ConfigMapping(prefix = "plexe.bootstrap")
public interface BootstrapConfig {

    /** The address its owner signs in with. Without it, the account has no owner; without it and a key, none is made. */
    Optional<String> email();

    /** The owner's password: at least 12 characters. */
    Optional<String> password();

    /** An admin key, in the form of every key. Without it, none is made. */
    Optional<String> apiKey();
}
