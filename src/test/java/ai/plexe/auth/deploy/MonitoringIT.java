package ai.plexe.auth.deploy;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class MonitoringIT extends MonitoringTest {}
