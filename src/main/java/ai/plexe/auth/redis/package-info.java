/**
 * How scripts get to Redis and back. The classes that own a key-space ({@code apikey.GrantCache},
 * {@code accesslog.LogStream}, and others that {@code ArchitectureTest} lists) use it, nobody else; and what balancers are told of it.
 * Event loops only; nothing here waits.
 */
package ai.plexe.auth.redis;
