package ai.plexe.auth.accesslog;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service, or the native binary. */
@QuarkusIntegrationTest
class LiveLogIT extends LiveLogTest {}
