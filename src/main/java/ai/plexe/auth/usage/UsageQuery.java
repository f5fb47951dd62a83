package ai.plexe.auth.usage;

import java.time.Instant;

/**
 * What usage is asked for.
 *
 * @param from the beginning of an hour
 * @param to the end of an hour
 * @param keyId null for all keys
 * @param byKey whether keys are told apart
 * @param byOutcome whether outcomes are told apart
 */
record UsageQuery(
        String accountId,
        Instant from,
        Instant to,
        Interval interval,
        String keyId,
        boolean byKey,
        boolean byOutcome) {}
