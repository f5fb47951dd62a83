package ai.plexe.auth.gate;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Tag;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
@Tag("twin")
class ForwardAuthIT extends ForwardAuthTest {}
