package ai.plexe.auth.accesslog;

import ai.plexe.auth.address.Cidr;
import java.time.Instant;

/**
 * Which entries are asked for; what is null does not matter.
 *
 * @param accountId whose; null for those that are nobody's
 * @param from the first time
 * @param to the time after the last
 * @param outcome {@code ok}, the code of a refusal, or {@code refused} for any
 */
record LogQuery(
        String accountId,
        Instant from,
        Instant to,
        String keyId,
        String userId,
        String targetId,
        Event event,
        String outcome,
        Cidr ip) {

    static final String OK = "ok";
    static final String REFUSED = "refused";
}
