package ai.plexe.auth.federation;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Tag;

@QuarkusIntegrationTest
@Tag("twin")
class FederationIT extends FederationTest {}
