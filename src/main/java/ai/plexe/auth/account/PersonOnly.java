package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;

/** What only a person may do: an API key changes nobody's password, address or account. */
final class PersonOnly {

    private PersonOnly() {}

    /** The same caller, unless it is a program. */
    static Caller require(Caller caller) {
        if (caller.userId() == null) {
            throw ProblemException.of(
                    ProblemCode.INSUFFICIENT_PERMISSIONS, "This takes a person with a session, not an API key.");
        }
        return caller;
    }
}
