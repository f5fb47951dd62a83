package ai.plexe.auth.openapi;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same, against the package or the native binary. */
@QuarkusIntegrationTest
class OpenApiIT extends OpenApiTest {}
