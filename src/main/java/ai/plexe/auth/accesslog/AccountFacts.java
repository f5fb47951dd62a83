package ai.plexe.auth.accesslog;

import ai.plexe.auth.problem.ProblemException;
import io.smallrye.mutiny.Uni;

/** What has to be known of an account before its log is shown; told by those who keep it. Event loops only. */
public interface AccountFacts {

    /** What the account calls its key; null if it has none of this id. */
    Uni<String> keyName(String accountId, String keyId);

    /** Whether the account is the one that runs the installation. */
    Uni<Boolean> runsInstallation(String accountId);

    /**
     * @return a failure with {@code not_found} if the account never had a key of this id; null is no id, and will do
     */
    default Uni<Void> requireKey(String accountId, String keyId) {
        return keyId == null
                ? Uni.createFrom().voidItem()
                : keyName(accountId, keyId)
                        .onItem()
                        .ifNull()
                        .failWith(() -> ProblemException.notFound("API key"))
                        .replaceWithVoid();
    }
}
