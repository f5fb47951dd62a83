package ai.plexe.auth.session;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class SessionIT extends SessionTest {}
