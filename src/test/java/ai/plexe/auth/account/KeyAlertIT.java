package ai.plexe.auth.account;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same against the packaged service, or the native binary. */
@QuarkusIntegrationTest
class KeyAlertIT extends KeyAlertTest {}
