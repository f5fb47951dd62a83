package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.account.AccountEvents.Subject;
import ai.plexe.auth.id.TimeOrderedId;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.validation.EmailAddress;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Whose an identity is. One belongs to one person, and a person has one with each provider. Event loops only, within the
 * caller's transaction.
 */
@ApplicationScoped
class FederatedIdentities {

    private static final EmailAddress.Validator EMAIL = new EmailAddress.Validator();

    private final FederatedIdentityRepository repository;
    private final IdentityProviders providers;
    private final Mails mails;
    private final AccountEvents events;
    private final Clock clock;

    FederatedIdentities(
            FederatedIdentityRepository repository,
            IdentityProviders providers,
            Mails mails,
            AccountEvents events,
            Clock clock) {
        this.repository = repository;
        this.providers = providers;
        this.mails = mails;
        this.events = events;
        this.clock = clock;
    }

    /**
     * What came of connecting one.
     *
     * @param isNew whether it was not theirs before
     * @param madeRoom whether one of an issuer that is no more was theirs instead
     */
    record Connected(Credentials user, String provider, boolean isNew, boolean madeRoom) {}

    /**
     * Whose this identity is; it counts as used, and is called what the provider calls it now.
     *
     * @return the person's id; null if it is nobody's yet
     */
    Uni<String> use(ProvedIdentity proved) {
        return repository.of(proved).map(identity -> {
            if (identity == null) {
                return null;
            }
            identity.label = proved.label();
            identity.lastUsedAt = now();
            return identity.userId;
        });
    }

    /**
     * Makes the identity this person's. One that they had by the same name of another issuer, which nobody can sign in with
     * any more, makes room for it.
     *
     * @param user locked
     * @return a failure with {@code email_not_verified}, or with {@code conflict} if it is somebody else's, or they have
     *     another one with this provider
     */
    Uni<Connected> connect(AccountUser user, ProvedIdentity proved) {
        requireVerified(proved);
        return repository.of(proved).flatMap(same -> {
            if (same == null) {
                return makeRoom(user, proved)
                        .call(() -> add(user, proved))
                        .map(madeRoom -> new Connected(Credentials.of(user), proved.provider(), true, madeRoom));
            }
            return same.userId.equals(user.id)
                    ? Uni.createFrom().item(new Connected(Credentials.of(user), proved.provider(), false, false))
                    : refuse(taken(proved));
        });
    }

    /** What the person can sign in with besides a password, as people call it. */
    Uni<List<String>> providersOf(AccountUser user) {
        return repository
                .ofUser(user.id)
                .map(identities -> identities.stream()
                        .filter(identity -> providers.isEnabled(identity.provider, identity.issuer))
                        .map(identity -> providers.nameOf(identity.provider))
                        .toList());
    }

    /** Tells the person and the log, once it is committed. */
    void tell(Connected connected, Client client) {
        Credentials user = connected.user();
        String provider = providers.nameOf(connected.provider());
        if (connected.madeRoom()) {
            events.done(Event.IDENTITY_DISCONNECT, Subject.of(user), client);
            mails.identityDisconnected(user.email(), user.name(), provider, client);
        }
        if (connected.isNew()) {
            mails.identityConnected(user.email(), user.name(), provider, client);
        }
    }

    private Uni<Boolean> makeRoom(AccountUser user, ProvedIdentity proved) {
        return repository.ofUser(user.id, proved.provider()).flatMap(other -> {
            if (other == null) {
                return Uni.createFrom().item(false);
            }
            return providers.isEnabled(other.provider, other.issuer)
                    ? refuse(another(proved))
                    : repository.delete(other).chain(repository::flush).replaceWith(true);
        });
    }

    private Uni<Void> add(AccountUser user, ProvedIdentity proved) {
        FederatedIdentity identity = new FederatedIdentity();
        identity.id = TimeOrderedId.next("idn", clock.instant());
        identity.userId = user.id;
        identity.provider = proved.provider();
        identity.issuer = proved.issuer();
        identity.subject = proved.subject();
        identity.label = proved.label();
        identity.createdAt = now();
        return repository.persistAndFlush(identity).replaceWithVoid();
    }

    /** Whether the provider vouches for an address that is one. */
    static boolean hasVerified(ProvedIdentity proved) {
        return proved.email() != null && proved.emailVerified() && EMAIL.isValid(proved.email(), null);
    }

    /** An address that the provider does not vouch for says nothing about whose account it is. */
    static void requireVerified(ProvedIdentity proved) {
        if (!hasVerified(proved)) {
            throw ProblemException.of(
                    ProblemCode.EMAIL_NOT_VERIFIED,
                    "The provider has no verified e-mail address of yours. Verify it there, and come back.");
        }
    }

    ProblemException taken(ProvedIdentity proved) {
        return ProblemException.of(
                ProblemCode.CONFLICT,
                "Somebody else signs in with this account of " + providers.nameOf(proved.provider()) + ".");
    }

    private ProblemException another(ProvedIdentity proved) {
        return ProblemException.of(
                ProblemCode.CONFLICT,
                "Another account of " + providers.nameOf(proved.provider())
                        + " is connected. Disconnect it first, in Security.");
    }

    private static <T> Uni<T> refuse(ProblemException why) {
        return Uni.createFrom().failure(why);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
