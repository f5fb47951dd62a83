package ai.plexe.auth.apikey;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Standing;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The standing of programs: the version of their key's row. Event loops only. */
@ApplicationScoped
class KeyStanding implements Standing {

    private final ApiKeyRepository repository;

    KeyStanding(ApiKeyRepository repository) {
        this.repository = repository;
    }

    @Override
    public boolean knows(Caller caller) {
        return !caller.isPerson();
    }

    @Override
    public Uni<String> of(Caller caller) {
        return repository.versionInForce(caller.accountId(), caller.keyId());
    }
}
