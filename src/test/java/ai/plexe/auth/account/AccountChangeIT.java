package ai.plexe.auth.account;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class AccountChangeIT extends AccountChangeTest {}
