package ai.plexe.auth.accesslog;

import io.smallrye.mutiny.Uni;

/** What has to be known of an account before its log is shown; told by those who keep it. Event loops only. */
public interface AccountFacts {

    /** Whether the account has, or had, a key of this id. */
    Uni<Boolean> hasKey(String accountId, String keyId);

    /** Whether the account is the one that runs the installation. */
    Uni<Boolean> runsInstallation(String accountId);
}
