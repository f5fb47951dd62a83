package ai.plexe.auth.accesslog;

import java.time.Instant;

/** An entry as it is kept; what is not known is null. */
record LogEntry(
        String id,
        Instant time,
        String event,
        String outcome,
        String accountId,
        String keyId,
        String userId,
        String sessionId,
        String targetId,
        String level,
        int cost,
        String address,
        String userAgent,
        String method,
        String path,
        String requestId) {

    boolean isUseOfKey() {
        return keyId != null && (event.equals(Event.KEY_USE.wireName()) || event.equals(Event.KEY_VERIFY.wireName()));
    }
}
