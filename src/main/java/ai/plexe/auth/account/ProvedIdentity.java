package ai.plexe.auth.account;

/**
 * Who somebody is to a provider, as it has just been proved.
 *
 * @param provider as the settings name it
 * @param issuer with the subject, what tells this identity from all others
 * @param email null if the provider does not tell it
 * @param emailVerified whether the provider knows the address to be theirs
 * @param name what they are called; null if the provider does not tell it
 * @param label what people tell the identity by: an address or a login
 */
public record ProvedIdentity(
        String provider,
        String issuer,
        String subject,
        String email,
        boolean emailVerified,
        String name,
        String label) {

    /** A record would print who it is. */
    @Override
    public String toString() {
        return "ProvedIdentity[" + provider + "]";
    }
}
