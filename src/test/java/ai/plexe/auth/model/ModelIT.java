package ai.plexe.auth.model;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Tag;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
@Tag("twin")
class ModelIT extends ModelTest {}
