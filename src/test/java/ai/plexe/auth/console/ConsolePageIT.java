package ai.plexe.auth.console;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class ConsolePageIT extends ConsolePageTest {}
