package ai.plexe.auth.gate;

import ai.plexe.auth.access.Caller;
import io.vertx.ext.web.RoutingContext;

/**
 * That a request was let in.
 *
 * @param need what it was judged by
 */
record Admission(Need need, Caller caller) {

    /** Who was let in for exactly this; null if nobody. Methods that share a path need the same, each in its own words. */
    static Caller of(RoutingContext routing, Need need) {
        return routing.get(Admission.class.getName()) instanceof Admission admission && admission.need.equals(need)
                ? admission.caller
                : null;
    }

    void stay(RoutingContext routing) {
        routing.put(Admission.class.getName(), this);
    }
}
