package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Tells the access log what people did with their accounts, and what came of it. Any thread. */
@ApplicationScoped
class AccountEvents {

    private static final String OK = "ok";

    private final AccessLog log;

    AccountEvents(AccessLog log) {
        this.log = log;
    }

    /** Whom something was done for, where no session tells. */
    record Subject(String accountId, String userId) {

        static Subject of(AccountUser user) {
            return new Subject(user.accountId, user.id);
        }

        static Subject of(Credentials user) {
            return new Subject(user.accountId(), user.userId());
        }
    }

    /** Notes the outcome of what a person with a session does. */
    <T> Uni<T> noted(Uni<T> work, String event, Caller caller, Client client) {
        return work.invoke(done -> note(event, OK, caller, client))
                .onFailure()
                .invoke(failure -> note(event, outcome(failure), caller, client));
    }

    /** Notes the failure of what somebody without a session tries; whoever does the work notes its success. */
    <T> Uni<T> failureNoted(Uni<T> work, String event, Client client) {
        return work.onFailure()
                .invoke(failure -> log.record(new AccessLog.Entry(event, outcome(failure), null, null, null, client)));
    }

    /** Notes that something was done for somebody who has no session here. */
    void done(String event, Subject subject, Client client) {
        note(event, OK, subject, client);
    }

    /** Notes what came of something that somebody without a session tried. */
    void note(String event, String outcome, Subject subject, Client client) {
        log.record(new AccessLog.Entry(event, outcome, subject.accountId(), subject.userId(), null, client));
    }

    private void note(String event, String outcome, Caller caller, Client client) {
        log.record(
                new AccessLog.Entry(event, outcome, caller.accountId(), caller.userId(), caller.sessionId(), client));
    }

    private static String outcome(Throwable failure) {
        return failure instanceof ProblemException problem
                ? problem.code().wireName()
                : ProblemCode.TEMPORARILY_UNAVAILABLE.wireName();
    }
}
