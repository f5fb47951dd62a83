package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;

/** The metric that counts what the gate decided. Any thread. */
@ApplicationScoped
class Outcomes {

    private final Counter accepted;
    private final Counter undecided;
    private final Map<ProblemCode, Counter> refused = new EnumMap<>(ProblemCode.class);

    Outcomes(MeterRegistry metrics) {
        this.accepted = counter(metrics, "valid");
        this.undecided = counter(metrics, "undecided");
        for (ProblemCode code : ProblemCode.values()) {
            if (code.status() == 401 || code.status() == 403 || code.status() == 429) {
                refused.put(code, counter(metrics, code.wireName()));
            }
        }
    }

    private static Counter counter(MeterRegistry metrics, String outcome) {
        return Counter.builder("plexe.verifications")
                .description("Requests judged at the gate")
                .tag("outcome", outcome)
                .register(metrics);
    }

    void accepted() {
        accepted.increment();
    }

    void refused(ProblemCode code) {
        refused.getOrDefault(code, undecided).increment();
    }

    void undecided() {
        undecided.increment();
    }
}
