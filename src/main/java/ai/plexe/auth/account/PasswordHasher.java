package ai.plexe.auth.account;

import ai.plexe.auth.account.PasswordHash.Cost;
import ai.plexe.auth.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Makes and matches password hashes, on workers of its own: as many as there are processors, and no more than take up half
 * of the heap. Only so many hashes may wait for them; beyond that the answer is 503 at once, so that a storm of sign-ins
 * holds up nothing else. A wrong setting stops the start. To be called on event loops, outside of any session; the answer comes on the same one.
 */
@Startup
@ApplicationScoped
public class PasswordHasher {

    private static final Logger LOG = Logger.getLogger(PasswordHasher.class);
    private static final int KIB = 1024;
    private static final int LEAST_MEMORY_KIB = 7 * KIB;

    /** Of the choices that OWASP names, 7 MiB and five passes have the smallest product. */
    private static final int LEAST_WORK_KIB = 35 * KIB;

    private final Cost cost;
    private final PasswordHash nobodys;
    private final SecureRandom random = new SecureRandom();
    private final WorkerExecutor workers;
    private final int mostUnderWay;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Counter hashes;

    PasswordHasher(PasswordConfig config, Vertx vertx, MeterRegistry metrics) {
        this.cost = cost(config);
        this.nobodys = PasswordHash.ofNobody(cost, random);
        int parallel = parallel(cost);
        this.workers = vertx.createSharedWorkerExecutor("passwords", parallel);
        this.mostUnderWay = parallel + Math.max(0, config.maxWaiting());
        this.hashes = Counter.builder("plexe.password.hashes")
                .description("Password hashes computed")
                .register(metrics);
        metrics.gauge("plexe.password.hashes.under.way", underWay);
    }

    private static Cost cost(PasswordConfig config) {
        long memoryKib = config.memory().asLongValue() / KIB;
        int passes = config.passes();
        if (memoryKib < LEAST_MEMORY_KIB || memoryKib > Cost.MOST_MEMORY_KIB) {
            throw new IllegalArgumentException("PLEXE_PASSWORD_MEMORY must be from 7M to 256M");
        }
        if (passes < 1 || passes > Cost.MOST_PASSES) {
            throw new IllegalArgumentException("PLEXE_PASSWORD_PASSES must be from 1 to " + Cost.MOST_PASSES);
        }
        if (memoryKib * passes < LEAST_WORK_KIB) {
            throw new IllegalArgumentException(
                    "PLEXE_PASSWORD_MEMORY times PLEXE_PASSWORD_PASSES must be 35M at least, such as 19M and 2");
        }
        return new Cost((int) memoryKib, passes, 1);
    }

    private static int parallel(Cost cost) {
        Runtime runtime = Runtime.getRuntime();
        long fitting = runtime.maxMemory() / 2 / (cost.memoryKib() * (long) KIB);
        return (int) Math.max(1, Math.min(runtime.availableProcessors(), fitting));
    }

    /** The hash of a password, as a PHC string. */
    public Uni<String> hash(String password) {
        return onWorker(() -> PasswordHash.of(password, cost, random).toPhc());
    }

    /**
     * Is this the password? Takes a hash to tell, whatever is stored.
     *
     * @param phc what is stored; null if nothing is, which no password matches
     */
    Uni<Boolean> verify(String password, String phc) {
        PasswordHash stored = phc == null ? nobodys : parse(phc);
        return onWorker(() -> {
            boolean matches = stored.matches(password);
            makeUpFor(stored.cost(), password);
            return matches;
        });
    }

    /** Spends what the hash would cost more today, or its cost would tell that there is one. */
    private void makeUpFor(Cost spent, String password) {
        long missing = cost.work() - spent.work();
        int passes = (int) (missing / cost.memoryKib());
        int rest = (int) (missing % cost.memoryKib());
        if (passes > 0) {
            PasswordHash.ofNobody(new Cost(cost.memoryKib(), passes, 1), random).matches(password);
        }
        if (rest >= Cost.LEAST_MEMORY_KIB) {
            PasswordHash.ofNobody(new Cost(rest, 1, 1), random).matches(password);
        }
    }

    /** Whether the hash costs less than one that would be made today. */
    boolean needsRehash(String phc) {
        return PasswordHash.parse(phc).cost().isBelow(cost);
    }

    /** A hash that can't be read lets nobody in. */
    private PasswordHash parse(String phc) {
        try {
            return PasswordHash.parse(phc);
        } catch (IllegalArgumentException e) {
            LOG.error("a stored password hash can't be read; nobody can sign in with it");
            return nobodys;
        }
    }

    private <T> Uni<T> onWorker(Callable<T> work) {
        return Uni.createFrom().completionStage(() -> begin(work));
    }

    private <T> CompletionStage<T> begin(Callable<T> work) {
        if (underWay.incrementAndGet() > mostUnderWay) {
            underWay.decrementAndGet();
            return CompletableFuture.failedFuture(
                    ProblemException.unavailable("Too many passwords are being checked just now.", null));
        }
        return workers.executeBlocking(
                        () -> {
                            hashes.increment();
                            return work.call();
                        },
                        false)
                .onComplete(done -> underWay.decrementAndGet())
                .toCompletionStage();
    }

    @PreDestroy
    void close() {
        workers.close();
    }
}
