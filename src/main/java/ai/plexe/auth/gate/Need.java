package ai.plexe.auth.gate;

import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.access.RequiresLevel;

/**
 * What a request must have to pass.
 *
 * @param orService whether a service key of any level will do
 * @param sessionOnly whether it takes a person
 * @param recentProof whether a person must have proved their identity lately
 */
record Need(PermissionLevel level, boolean orService, boolean sessionOnly, boolean recentProof) {

    static Need of(RequiresLevel declared) {
        return new Need(declared.value(), declared.orService(), declared.sessionOnly(), declared.recentProof());
    }

    static Need of(PermissionLevel level) {
        return new Need(level, false, false, false);
    }
}
