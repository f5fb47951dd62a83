package ai.plexe.auth;

import io.micrometer.core.instrument.config.MeterFilter;
import io.prometheus.client.exemplars.ExemplarSampler;
import io.quarkus.micrometer.runtime.export.exemplars.OpentelemetryExemplarSamplerProvider;
import io.quarkus.opentelemetry.runtime.config.runtime.OTelRuntimeConfig;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Leaves out what the framework would measure at each request and nobody reads. Main thread, at the start. */
@Dependent
class MetricsOfUse {

    /** Of each command to Redis there is a better one, {@code plexe_redis_latency}, which tells its script. */
    @Produces
    @Singleton
    MeterFilter withoutWhatIsMeasuredTwice() {
        return MeterFilter.deny(
                meter -> meter.getName().startsWith("redis.") || meter.getName().startsWith("http.server.bytes"));
    }

    /** Exemplars lead from a measure to a trace, so there are none where there are no traces. */
    @Produces
    @Singleton
    Optional<ExemplarSampler> exemplars(OTelRuntimeConfig traces) {
        return traces.sdkDisabled() ? Optional.empty() : new OpentelemetryExemplarSamplerProvider().exemplarSampler();
    }
}
