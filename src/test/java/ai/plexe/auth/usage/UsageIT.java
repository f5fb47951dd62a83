package ai.plexe.auth.usage;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service, or the native binary. */
@QuarkusIntegrationTest
class UsageIT extends UsageTest {}
