package ai.plexe.auth.access;

import io.smallrye.mutiny.Uni;

/**
 * Tells whether somebody who was let in would be again, for answers that go on for a while. Told by those who keep the
 * callers' credentials, from PostgreSQL. Event loops only.
 */
public interface Standing {

    /** Whether callers of this kind are known here. */
    boolean knows(Caller caller);

    /** What becomes another whenever the caller's credential is changed; empty if it counts no more. */
    Uni<String> of(Caller caller);
}
