package ai.plexe.auth.ratelimit;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class FailedAttemptsIT extends FailedAttemptsTest {}
