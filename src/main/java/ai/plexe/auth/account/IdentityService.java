package ai.plexe.auth.account;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The identities that a person signs in with. Event loops only. */
@ApplicationScoped
class IdentityService {

    private final FederatedIdentityRepository repository;
    private final AccountUserRepository users;
    private final IdentityProviders providers;
    private final Mails mails;
    private final AccountEvents events;

    IdentityService(
            FederatedIdentityRepository repository,
            AccountUserRepository users,
            IdentityProviders providers,
            Mails mails,
            AccountEvents events) {
        this.repository = repository;
        this.users = users;
        this.providers = providers;
        this.mails = mails;
        this.events = events;
    }

    /** What a person can sign in with. */
    record WaysIn(boolean hasPassword, List<FederatedIdentity> identities) {}

    /** What came away. */
    private record Disconnected(Credentials user, String provider) {}

    Uni<WaysIn> waysIn(Caller caller) {
        return Work.inSession(() -> users.credentialsOf(caller)
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded)
                .flatMap(user -> repository
                        .ofUser(user.userId())
                        .map(identities -> new WaysIn(user.passwordHash() != null, identities))));
    }

    /**
     * Disconnects an identity of the caller.
     *
     * @return a failure with {@code not_found}, or with {@code conflict} if they could not sign in without it
     */
    Uni<Void> disconnect(Caller caller, String identityId, Client client) {
        Uni<Disconnected> work = Work.inTransaction(() -> users.lock(caller.userId())
                .onItem()
                .ifNull()
                .failWith(ProblemException::sessionEnded)
                .flatMap(user -> disconnect(user, identityId)));
        return events.noted(work, Event.IDENTITY_DISCONNECT, caller, client)
                .invoke(gone -> mails.identityDisconnected(
                        gone.user().email(), gone.user().name(), providers.nameOf(gone.provider()), client))
                .replaceWithVoid();
    }

    private Uni<Disconnected> disconnect(AccountUser user, String identityId) {
        return repository
                .ofUser(user.id)
                .invoke(identities -> requireAnotherWay(user, identities, identityId))
                .map(identities -> find(identities, identityId))
                .call(identity -> repository.remove(user.id, identity.id))
                // A sign-in with it that is under way gets no session.
                .invoke(() -> user.credentialsVersion++)
                .call(users::flush)
                .map(identity -> new Disconnected(Credentials.of(user), identity.provider));
    }

    private static FederatedIdentity find(List<FederatedIdentity> identities, String identityId) {
        return identities.stream()
                .filter(identity -> identity.id.equals(identityId))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("identity"));
    }

    /** One with a provider that is not enabled any more, or is another one now, is no way in. */
    private void requireAnotherWay(AccountUser user, List<FederatedIdentity> identities, String identityId) {
        find(identities, identityId);
        boolean another = user.passwordHash != null
                || identities.stream()
                        .anyMatch(identity -> !identity.id.equals(identityId)
                                && providers.isEnabled(identity.provider, identity.issuer));
        if (!another) {
            throw ProblemException.of(
                    ProblemCode.CONFLICT,
                    "It is the only way in that you have. Set a password or connect another provider first.");
        }
    }
}
