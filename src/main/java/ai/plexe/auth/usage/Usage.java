package ai.plexe.auth.usage;

import java.time.Instant;

/**
 * How often a key was used with this outcome.
 *
 * @param start of the interval; null if it is of all
 * @param keyId null if it is of all
 * @param outcome null if it is of any
 * @param cost how many requests the uses count for
 */
record Usage(Instant start, String keyId, String outcome, long uses, long cost) {}
