package ai.plexe.auth.gate;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class BadKeyIT extends BadKeyTest {}
