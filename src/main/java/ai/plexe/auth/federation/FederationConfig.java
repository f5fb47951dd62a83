package ai.plexe.auth.federation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** Which providers people can sign in with. Each is enabled by its client's id and secret. */
@ConfigMapping(prefix = "plexe")
public interface FederationConfig {

    Google google();

    Github github();

    Oidc oidc();

    /** What the service is to a provider. */
    interface Registration {

        Optional<String> clientId();

        Optional<String> clientSecret();
    }

    /** Google. */
    interface Google extends Registration {

        /** Where Google's discovery document is. */
        @WithDefault("https://accounts.google.com")
        URI issuer();
    }

    /** GitHub, or a GitHub Enterprise Server. */
    interface Github extends Registration {

        /** Where people sign in to it. */
        @WithDefault("https://github.com")
        URI url();
    }

    /** Any provider that speaks OpenID Connect and has a discovery document. */
    interface Oidc extends Registration {

        /** Without {@code /.well-known/openid-configuration}. */
        Optional<URI> issuer();

        /** What its button says after "Continue with". */
        @WithDefault("Single sign-on")
        String name();
    }
}
