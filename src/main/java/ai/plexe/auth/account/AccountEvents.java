package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.AccessLog;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.OpenedSession;
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
    <T> Uni<T> noted(Uni<T> work, Event event, Caller caller, Client client) {
        return log.noted(work, event, caller, client, null);
    }

    /** Notes the failure of what somebody without a session tries; whoever does the work notes its success. */
    <T> Uni<T> failureNoted(Uni<T> work, Event event, Client client) {
        return work.onFailure()
                .invoke(failure -> log.record(AccessLog.Entry.ofNobody(
                        event, ProblemException.codeOf(failure).wireName(), client)));
    }

    /** The same, where it is known whom it would have been for. */
    <T> Uni<T> failureNoted(Uni<T> work, Event event, Subject subject, Client client) {
        return work.onFailure()
                .invoke(failure -> note(event, ProblemException.codeOf(failure).wireName(), subject, client));
    }

    /** Notes that something was done for somebody who has no session here. */
    void done(Event event, Subject subject, Client client) {
        note(event, OK, subject, client);
    }

    /** Notes that somebody has come in. */
    void signedIn(Subject subject, String sessionId, Client client) {
        log.record(AccessLog.Entry.ofUser(Event.SIGN_IN, OK, subject.accountId(), subject.userId(), sessionId, client));
    }

    /** Notes that somebody has come in, or why they have not. */
    Uni<OpenedSession> signIn(Uni<OpenedSession> opening, Subject subject, Client client) {
        return failureNoted(opening, Event.SIGN_IN, subject, client)
                .invoke(opened -> signedIn(subject, opened.sessionId(), client));
    }

    /** Notes what came of something that somebody without a session tried. */
    void note(Event event, String outcome, Subject subject, Client client) {
        log.record(AccessLog.Entry.ofUser(event, outcome, subject.accountId(), subject.userId(), null, client));
    }
}
