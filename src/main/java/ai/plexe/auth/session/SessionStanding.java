package ai.plexe.auth.session;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.access.Standing;
import ai.plexe.auth.database.Work;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;

/** The standing of people: whether their session is open. Event loops only. */
@ApplicationScoped
class SessionStanding implements Standing {

    private final ConsoleSessionRepository repository;
    private final Clock clock;

    SessionStanding(ConsoleSessionRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    @Override
    public boolean knows(Caller caller) {
        return caller.isPerson();
    }

    @Override
    public Uni<String> of(Caller caller) {
        return Work.inSession(() -> repository.isOpen(caller.userId(), caller.sessionId(), clock.instant()))
                .map(open -> open ? "open" : "");
    }
}
