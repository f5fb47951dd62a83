package ai.plexe.auth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.SmtpServer.Mail;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What owners are told of their keys without asking. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class KeyAlertTest {

    private static final String REVOKED = "A revoked API key is still being tried";
    private static final String NEW_NETWORK = "An API key was used from a new network";

    private final String email = Visitor.newEmail();
    private Api admin;
    private AccessLogs log;

    @BeforeEach
    void signUp() {
        Visitor owner = Visitor.somewhere().withAccount(email);
        JsonPath made = owner.post("/auth/api-keys", "{\"name\": \"of the owner\", \"permission_level\": \"admin\"}")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        admin = new Api(0, made.getString("key"));
        log = new AccessLogs(admin);
    }

    private void use(Api.Key key, String address, int expected) {
        admin.as(key.secret()).from(address).get("/models").then().statusCode(expected);
    }

    @Test
    void aRevokedKeyThatIsStillTriedIsToldOnceADay() {
        Api.Key key = admin.key("read_only");
        admin.revoke(key.id());
        for (int i = 0; i < 3; i++) {
            use(key, "203.0.113.5", 401);
        }

        Mail mail = SmtpServer.await(email, REVOKED);
        log.await(3, Map.of("key_id", key.id(), "outcome", "revoked_key"));
        List<AccessLogs.Entry> told = log.await(1, Map.of("event", "alert.revoked_key"));
        use(key, "203.0.113.99", 401);
        log.await(4, Map.of("key_id", key.id(), "outcome", "revoked_key"));

        for (String text : List.of(mail.text(), mail.html())) {
            assertTrue(text.contains(key.id()) && text.contains("203.0.113.5"), text);
            assertFalse(text.contains(key.secret()));
        }
        assertEquals(key.id(), told.get(0).text("key_id"));
        assertEquals("203.0.113.5", told.get(0).text("ip"));
        assertEquals(1, SmtpServer.received(email, REVOKED).size());
        assertEquals(1, log.entries(Map.of("event", "alert.revoked_key")).size());
    }

    @Test
    void aNewNetworkIsToldButNotTheFirstNorANeighbour() {
        Api.Key key = admin.key("read_only");
        use(key, "203.0.113.5", 200);
        log.await(1, Map.of("key_id", key.id(), "event", "key.use"));
        use(key, "203.0.113.77", 200);
        log.await(2, Map.of("key_id", key.id(), "event", "key.use"));
        assertTrue(log.entries(Map.of("event", "alert.new_network", "key_id", key.id()))
                .isEmpty());

        use(key, "2001:db8:7::1", 200);
        List<AccessLogs.Entry> told = log.await(1, Map.of("event", "alert.new_network", "key_id", key.id()));
        Mail mail = SmtpServer.await(email, NEW_NETWORK);
        use(key, "198.51.100.1", 200);
        log.await(2, Map.of("event", "alert.new_network", "key_id", key.id()));

        assertEquals("2001:db8:7::1", told.get(0).text("ip"));
        assertTrue(mail.text().contains(key.id()) && mail.text().contains("2001:db8:7::1"), mail.text());
        assertEquals(
                1,
                SmtpServer.received(email, NEW_NETWORK).stream()
                        .filter(one -> one.text().contains(key.id()))
                        .count(),
                "mailed once a day and key");
    }

    @Test
    void aRefusedUseIsNoNetworkOfTheKeys() {
        Api.Key key = admin.key("read_only", ", \"allowed_ips\": [\"203.0.113.0/24\"]");
        use(key, "203.0.113.5", 200);
        use(key, "198.51.100.9", 403);
        log.await(2, Map.of("key_id", key.id(), "event", "key.use"));

        assertTrue(log.entries(Map.of("event", "alert.new_network", "key_id", key.id()))
                .isEmpty());
    }
}
