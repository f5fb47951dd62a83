package ai.plexe.auth.model;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class ModelIT extends ModelTest {}
