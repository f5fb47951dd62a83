package ai.plexe.auth.account;

import java.time.Instant;

/**
 * Who somebody is to a provider, as it has just been proved.
 *
 * @param provider as the settings name it
 * @param issuer with the subject, what tells this identity from all others
 * @param email null if the provider does not tell it
 * @param emailVerified whether the provider knows the address to be theirs
 * @param name what they are called; null if the provider does not tell it, or it is nothing that a person can read
 * @param label what people tell the identity by: an address or a login
 * @param authenticatedAt when they signed in at the provider, or where that is not told may have; null for one that was kept
 *     meanwhile, whose account something else proves
 */
public record ProvedIdentity(
        String provider,
        String issuer,
        String subject,
        String email,
        boolean emailVerified,
        String name,
        String label,
        Instant authenticatedAt) {

    /** What to call them: their name, else what stands before the @ of their address. */
    String displayName() {
        return name != null ? name : email.substring(0, email.indexOf('@'));
    }

    /** A record would print who it is. */
    @Override
    public String toString() {
        return "ProvedIdentity[" + provider + "]";
    }
}
