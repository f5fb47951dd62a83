package ai.plexe.auth.session;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** How long sessions live, and what their tokens are signed with. */
@ConfigMapping(prefix = "plexe")
public interface SessionConfig {

    /**
     * Where people reach the service: the issuer and the audience of tokens, the one origin that cookies serve, and what the
     * links in mails begin with.
     */
    @WithDefault("http://localhost:${quarkus.http.port}")
    URI publicUrl();

    /** 32 random bytes in base64, with which the signing keys are wrapped. Local mode makes its own. */
    Optional<String> masterKey();

    /** The one that is to take its place: what is wrapped with it is read, and nothing is wrapped with it yet. */
    Optional<String> masterKeyNext();

    /** The one whose place it has taken: what is wrapped with it is wrapped anew. */
    Optional<String> masterKeyPrevious();

    Session session();

    /** Lives and periods. */
    interface Session {

        /** A session ends when it has not been used for so long. */
        @WithDefault("30m")
        Duration idle();

        /** A session ends after so long, whatever happens. */
        @WithDefault("12h")
        Duration max();

        /** Sensitive actions need a proof of identity no older than this. */
        @WithDefault("10m")
        Duration recentProof();

        /** A new key signs tokens every so often. */
        @WithDefault("30d")
        Duration signingKeyRotation();

        /** A new key is published so long before it signs: longer than others keep the published keys. */
        @WithDefault("15m")
        Duration signingKeyNotice();
    }
}
