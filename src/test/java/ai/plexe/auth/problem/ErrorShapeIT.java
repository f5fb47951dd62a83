package ai.plexe.auth.problem;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class ErrorShapeIT extends ErrorShapeTest {}
