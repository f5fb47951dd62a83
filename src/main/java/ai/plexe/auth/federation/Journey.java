package ai.plexe.auth.federation;

import ai.plexe.auth.access.Caller;
import java.net.URI;
import java.time.Instant;

/**
 * A way to a provider and back.
 *
 * @param state of the flow (RFC 6749, section 4.1.1): whoever comes back with another one has not set out here
 * @param sessionId of the session it began in; null for {@link Purpose#SIGN_IN}
 * @param returnTo the page that it ends at, a path of the service
 */
record Journey(String provider, Purpose purpose, String state, String sessionId, String returnTo, Instant startedAt) {

    /** @param caller null if nobody is signed in */
    static Journey to(
            URI authorization, Provider provider, Purpose purpose, Caller caller, String returnTo, Instant now) {
        return new Journey(
                provider.id(),
                purpose,
                stateOf(authorization),
                caller == null ? null : caller.sessionId(),
                returnTo,
                now);
    }

    private static String stateOf(URI authorization) {
        for (String parameter : authorization.getRawQuery().split("&")) {
            if (parameter.startsWith("state=")) {
                return parameter.substring("state=".length());
            }
        }
        throw new IllegalStateException("a flow has a state");
    }
}
