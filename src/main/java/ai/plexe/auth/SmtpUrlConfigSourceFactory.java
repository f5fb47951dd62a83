package ai.plexe.auth;

/** Translates {@code PLEXE_SMTP_URL} into the mailer's settings. Without it no mail is sent. */
public final class SmtpUrlConfigSourceFactory extends TranslatedSetting {

    public SmtpUrlConfigSourceFactory() {
        super(SmtpUrl.SETTING, text -> SmtpUrl.parse(text).asQuarkusSettings());
    }
}
