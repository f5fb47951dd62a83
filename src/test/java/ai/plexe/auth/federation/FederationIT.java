package ai.plexe.auth.federation;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class FederationIT extends FederationTest {}
