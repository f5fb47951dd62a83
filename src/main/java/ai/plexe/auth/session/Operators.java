package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.PermissionLevel;
import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Who runs the installation. Event loops only. */
@ApplicationScoped
class Operators {

    private final SigningKeyRepository repository;

    Operators(SigningKeyRepository repository) {
        this.repository = repository;
    }

    /** Fails with {@code insufficient_permissions} unless the caller's account runs the installation. */
    Uni<Void> require(Caller caller) {
        return Work.inSession(() -> repository.isOperator(caller.accountId()))
                .invoke(operator -> {
                    if (!operator) {
                        throw ProblemException.insufficientPermissions(
                                PermissionLevel.ADMIN.wireName(),
                                "Signing keys are the operator's account's business.");
                    }
                })
                .replaceWithVoid();
    }
}
