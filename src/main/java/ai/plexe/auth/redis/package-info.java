/**
 * How scripts get to Redis and back. The classes that own a key-space ({@code apikey.GrantCache},
 * {@code ratelimit.FailedAttempts}, {@code account.SignInAttempts}) use it, nobody else. Event loops only; nothing here waits.
 */
package ai.plexe.auth.redis;
