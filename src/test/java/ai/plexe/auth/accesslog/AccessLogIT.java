package ai.plexe.auth.accesslog;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.junit.jupiter.api.Tag;

/** The same against the packaged service, or the native binary. */
@QuarkusIntegrationTest
@Tag("twin")
class AccessLogIT extends AccessLogTest {}
