/**
 * How much a caller may do: limits, quotas, and the counter of failed attempts. The counters of API keys live beside
 * their grants in {@code apikey}, because one script judges both in one round trip. Event loops only.
 */
package ai.plexe.auth.ratelimit;
