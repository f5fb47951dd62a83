package ai.plexe.auth.account;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How mails leave the service, and where their links lead. */
@ConfigMapping(prefix = "plexe")
public interface MailConfig {

    Smtp smtp();

    Mail mail();

    /** The server that mails are handed to. */
    interface Smtp {

        /** smtp://user:password@host:port, or smtps:// for TLS; a secret. Without it no mail leaves the service. */
        Optional<String> url();
    }

    /** The mails themselves. */
    interface Mail {

        /** Whom mails come from; no-reply at the host of the public URL if not set. */
        Optional<String> from();

        /** How long to wait before each further try to hand a mail in. */
        @WithDefault("2s,15s,2m,10m")
        List<Duration> retryDelays();
    }
}
