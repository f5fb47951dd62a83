package ai.plexe.auth.apikey;

import ai.plexe.auth.database.Work;
import ai.plexe.auth.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way of every change of a key: its rows are locked and written, its copies are withdrawn from Redis, and only then
 * does it commit. So no copy is acted on once the change has been answered; if Redis does not confirm the withdrawal,
 * nothing has changed (docs/adr/0003). Event loops only.
 */
@ApplicationScoped
class KeyChange {

    private final Timer lag;

    KeyChange(MeterRegistry metrics) {
        this.lag = Timer.builder("plexe.revocation.lag")
                .description("From the begin of a key's change to its effect on every instance")
                .publishPercentileHistogram()
                .register(metrics);
    }

    /**
     * Makes a change.
     *
     * @param lock finds and locks the rows
     * @param write changes them, and gives what is to be answered
     * @param withdraw completes when Redis has confirmed the withdrawal of every copy
     */
    <L, T> Uni<T> make(Supplier<Uni<L>> lock, Function<L, Uni<T>> write, Function<L, Uni<Void>> withdraw) {
        return Uni.createFrom().deferred(() -> {
            Timer.Sample sample = Timer.start();
            return Work.inTransaction(() -> within(lock, write, withdraw)).invoke(() -> sample.stop(lag));
        });
    }

    /** The same as a part of the caller's transaction, which is to end soon after. */
    <L, T> Uni<T> within(Supplier<Uni<L>> lock, Function<L, Uni<T>> write, Function<L, Uni<Void>> withdraw) {
        return lock.get().flatMap(locked -> write.apply(locked).call(written -> confirmed(withdraw.apply(locked))));
    }

    /** A withdrawal whose failure ends the transaction it is part of. */
    static Uni<Void> confirmed(Uni<Void> withdrawal) {
        return withdrawal
                .onFailure()
                .transform(failure -> ProblemException.unavailable(
                        "The change could not be made effective everywhere, so nothing has changed.", failure));
    }
}
