package ai.plexe.auth.session;

import ai.plexe.auth.access.Role;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * Which sessions live. Owns the keys {@code plexe:1:session:…}: what is not there lives nowhere, so a Redis that has lost them
 * asks people to sign in again. Event loops only.
 */
@ApplicationScoped
class LiveSessions {

    private static final Duration TELL_EVERY = Duration.ofMinutes(1);

    private final RedisScripts redis;
    private final Duration idle;
    private final RedisScript open = RedisScript.load("session_open", "sliding_window", "epoch");
    private final RedisScript use = RedisScript.load("session_use", "sliding_window", "epoch");
    private final RedisScript proof = RedisScript.load("session_proof", "sliding_window", "epoch");
    private final RedisScript end = RedisScript.load("session_end");

    LiveSessions(RedisScripts redis, SessionConfig config) {
        this.redis = redis;
        this.idle = config.session().idle();
    }

    /**
     * What the use of a session found.
     *
     * @param told whether the use is to be written down, which it is once a minute
     */
    record Use(String accountId, String userId, Role role, Instant authenticatedAt, boolean told) {}

    Uni<Void> open(ConsoleSession session, Role role, Instant authenticatedAt) {
        return redis.run(
                        open,
                        key(session.id),
                        bytes(session.accountId),
                        bytes(session.userId),
                        bytes(role.wireName()),
                        millis(authenticatedAt),
                        millis(session.expiresAt),
                        millis(idle))
                .invoke(opened -> {
                    if (opened.toInteger() == 0) {
                        throw new IllegalStateException("there is a session of that id");
                    }
                })
                .replaceWithVoid();
    }

    /** Winds the session up; null if it does not live. */
    Uni<Use> use(String sessionId) {
        return redis.run(use, key(sessionId), millis(idle), millis(TELL_EVERY)).map(LiveSessions::use);
    }

    private static Use use(Response answer) {
        return answer == null
                ? null
                : new Use(
                        answer.get(0).toString(),
                        answer.get(1).toString(),
                        Role.of(answer.get(2).toString()),
                        Instant.ofEpochMilli(answer.get(3).toLong()),
                        answer.get(4).toInteger() == 1);
    }

    /** Notes a proof of identity; gives the session's end, null if it does not live. */
    Uni<Instant> prove(String sessionId, Instant at) {
        return redis.run(proof, key(sessionId), millis(at))
                .map(answer -> answer == null ? null : Instant.ofEpochMilli(answer.toLong()));
    }

    /** Ends the session on every instance, by the time this is done. */
    Uni<Void> end(String sessionId) {
        return redis.run(end, key(sessionId)).replaceWithVoid();
    }

    private static String key(String sessionId) {
        return "plexe:1:session:{" + sessionId + "}";
    }

    private static byte[] millis(Duration duration) {
        return bytes(String.valueOf(duration.toMillis()));
    }

    private static byte[] millis(Instant time) {
        return bytes(String.valueOf(time.toEpochMilli()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
