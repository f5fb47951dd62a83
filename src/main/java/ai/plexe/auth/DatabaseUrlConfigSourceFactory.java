package ai.plexe.auth;

/**
 * Translates {@code PLEXE_DATABASE_URL} into the settings of both drivers. That one of the two is there is up to {@link
 * PlexeAuth}.
 */
public final class DatabaseUrlConfigSourceFactory extends TranslatedSetting {

    public DatabaseUrlConfigSourceFactory() {
        super(DatabaseUrl.SETTING, text -> DatabaseUrl.parse(text).asQuarkusSettings());
    }
}
