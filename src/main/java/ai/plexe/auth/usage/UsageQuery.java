package ai.plexe.auth.usage;

import java.time.Instant;

/**
 * What usage is asked for.
 *
 * @param from the beginning of an hour
 * @param to the end of an hour
 * @param keyId null for all keys
 */
record UsageQuery(String accountId, Instant from, Instant to, Interval interval, String keyId) {}
