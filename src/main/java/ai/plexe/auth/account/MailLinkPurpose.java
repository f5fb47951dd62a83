package ai.plexe.auth.account;

import java.time.Duration;
import java.util.Locale;

/** What a mailed link is good for, and the page it opens. */
enum MailLinkPurpose {
    VERIFY_EMAIL("/verify-email"),
    RESET_PASSWORD("/reset-password"),
    CHANGE_EMAIL("/change-email"),
    CONNECT_IDENTITY("/join");

    private final String page;

    MailLinkPurpose(String page) {
        this.page = page;
    }

    /** The page's path. */
    String page() {
        return page;
    }

    /** The name in the database. */
    String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    Duration lifetime(MailLinkConfig config) {
        return switch (this) {
            case VERIFY_EMAIL -> config.verifyEmailTtl();
            case RESET_PASSWORD -> config.resetPasswordTtl();
            case CHANGE_EMAIL -> config.changeEmailTtl();
            case CONNECT_IDENTITY -> config.connectIdentityTtl();
        };
    }
}
