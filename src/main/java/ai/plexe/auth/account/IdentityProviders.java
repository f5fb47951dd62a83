package ai.plexe.auth.account;

import java.util.Map;

/** Which providers people can sign in with, told by those who speak with them. Any thread. */
public interface IdentityProviders {

    /** What people call each provider that is enabled, by the name that the settings have for it. */
    Map<String, String> names();

    /** Whether this provider, by the name that the settings have for it, is enabled and is this issuer still. */
    boolean isEnabled(String provider, String issuer);

    /** What people call this provider, enabled or not any more. */
    default String nameOf(String provider) {
        return names().getOrDefault(provider, provider);
    }
}
