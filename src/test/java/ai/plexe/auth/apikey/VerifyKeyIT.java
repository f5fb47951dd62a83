package ai.plexe.auth.apikey;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class VerifyKeyIT extends VerifyKeyTest {}
