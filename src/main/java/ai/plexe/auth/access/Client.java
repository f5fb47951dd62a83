package ai.plexe.auth.access;

import ai.plexe.auth.address.IpAddress;
import io.vertx.ext.web.RoutingContext;

/**
 * Where a request comes from: the same for people and programs, signed in or not.
 *
 * @param address null if the connection has none
 * @param userAgent as the client calls itself, cut to 256 characters, without secrets but not cleaned otherwise; null if it does not
 * @param requestId the id that the answer carries
 * @param method of the request, or of the one that a gateway asks about
 * @param path of the same, without its query and without secrets, cut to 1024 characters
 */
public record Client(IpAddress address, String userAgent, String requestId, String method, String path) {

    /** Where nobody sent a request. */
    public static final Client NOBODY = new Client(null, null, null, null, null);

    /**
     * The client of a request that has passed the gate.
     *
     * @throws IllegalStateException if it has not, which is a method that does not declare its access
     */
    public static Client of(RoutingContext routing) {
        if (routing.get(Client.class.getName()) instanceof Client client) {
            return client;
        }
        throw new IllegalStateException("this request has not passed the gate");
    }

    /** Remembers it for the rest of the request. The gate's business. */
    public void stay(RoutingContext routing) {
        routing.put(Client.class.getName(), this);
    }
}
