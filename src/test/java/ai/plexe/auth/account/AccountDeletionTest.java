package ai.plexe.auth.account;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deleted account lets nobody in, and keeps nothing about anybody. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class AccountDeletionTest {

    private static final String NETWORKS =
            "SELECT count(*) FROM key_network JOIN api_key k ON k.id = key_id WHERE k.account_id = ?";

    private final Visitor visitor = Visitor.somewhere();
    private final String email = Visitor.newEmail();

    private static Response delete(Visitor person, String confirmation) {
        return person.delete("/auth/account", "{\"confirm\": \"%s\"}".formatted(confirmation));
    }

    private static Api keyOf(Visitor person, String level) {
        String key = person.post(
                        "/auth/api-keys",
                        "{\"name\": \"of Ada\", \"permission_level\": \"%s\", \"metadata\": {\"for\": \"Ada\"}}"
                                .formatted(level))
                .then()
                .statusCode(200)
                .extract()
                .path("key");
        return new Api(0, key);
    }

    @Test
    void keysAndSessionsEndAndNothingPersonalIsLeft() throws SQLException {
        Visitor ada = visitor.withAccount(email);
        Visitor elsewhere = visitor.signedIn(email, Visitor.PASSWORD);
        List<Api> keys = List.of(keyOf(ada, "admin"), keyOf(ada, "read_only"));
        Api revoked = keyOf(ada, "read_only");
        String account = ada.get("/auth/account").path("account_id");
        keys.get(0)
                .request()
                .body("{\"name\": \"churn of Ada\"}")
                .post("/models")
                .then()
                .statusCode(201);
        keys.forEach(key -> key.models().then().statusCode(200));
        revoked.models().then().statusCode(200);
        String id = keys.get(0).list(Map.of()).path("keys[2].key_id");
        keys.get(0).revoke(id).then().statusCode(200);

        delete(ada, "Ada").then().statusCode(204);

        keys.forEach(key -> Problems.expect(key.models(), 401, "revoked_key"));
        Problems.expect(revoked.models(), 401, "revoked_key");
        Problems.expect(ada.get("/auth/account"), 401, "invalid_session");
        Problems.expect(elsewhere.get("/auth/account"), 401, "invalid_session");
        Problems.expect(visitor.signIn(email, Visitor.PASSWORD), 401, "invalid_credentials");
        SmtpServer.await(email, "Your account was deleted");
        assertEquals("true:", row("SELECT (deleted_at IS NOT NULL) || ':' || name FROM account WHERE id = ?", account));
        assertEquals("3", row("SELECT count(*) FROM api_key WHERE revoked_at IS NOT NULL AND account_id = ?", account));
        assertEquals(
                "0",
                row(
                        "SELECT count(*) FROM api_key k LEFT JOIN api_key_use u ON u.key_id = k.id"
                                + " WHERE k.account_id = ? AND (name <> '' OR metadata <> '{}' OR last_used_ip IS NOT NULL)",
                        account));
        assertEquals("0", row("SELECT count(*) FROM model WHERE account_id = ?", account));
        assertEquals("0", row("SELECT count(*) FROM account_user WHERE account_id = ?", account));
        visitor.signUp(email).then().statusCode(202);
        SmtpServer.awaitNth(email, "Confirm your e-mail address", 2);
    }

    @Test
    void whereItsKeysWereUsedFromIsForgottenEvenIfTheLogComesLater() throws SQLException {
        Visitor ada = visitor.withAccount(email);
        Api key = keyOf(ada, "read_only");
        String account = ada.get("/auth/account").path("account_id");
        key.from("192.0.2.1").get("/models").then().statusCode(200);
        await().until(() -> row(NETWORKS, account), equalTo("1"));

        for (int i = 0; i < 40; i++) {
            key.from("2001:db8:%x::1".formatted(i)).get("/models").then().statusCode(200);
        }
        delete(ada, "Ada").then().statusCode(204);
        assertEquals("0", row(NETWORKS, account));

        await().until(
                        () -> row(
                                "SELECT count(*) FROM access_log WHERE event = 'key.use' AND account_id = ?", account),
                        equalTo("41"));
        await().during(Duration.ofSeconds(1)).until(() -> row(NETWORKS, account), equalTo("0"));
    }

    @Test
    void theLogTellsWhoDeletedTheAccount() throws SQLException {
        Visitor ada = visitor.withAccount(email);
        String account = ada.get("/auth/account").path("account_id");

        delete(ada, "Ada").then().statusCode(204);

        await().until(
                        () -> row(
                                "SELECT count(*) FROM access_log WHERE event = 'account.delete' AND outcome = 'ok'"
                                        + " AND account_id = ?",
                                account),
                        equalTo("1"));
        assertEquals(
                "1",
                row(
                        "SELECT count(*) FROM access_log JOIN access_log_erasure USING (account_id)"
                                + " WHERE time >= deleted_at AND event = 'account.delete' AND account_id = ?",
                        account));
    }

    private static String row(String sql, String parameter) throws SQLException {
        try (Connection database = Backends.database();
                PreparedStatement statement = database.prepareStatement(sql)) {
            statement.setString(1, parameter);
            ResultSet row = statement.executeQuery();
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void theOwnersAddressConfirmsAsWell() {
        Visitor ada = visitor.withAccount(email);

        delete(ada, email.replace("ada", "ADA")).then().statusCode(204);

        visitor.signIn(email, Visitor.PASSWORD).then().statusCode(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | confirm",
                "{\"confirm\": \"\"} | confirm",
                "{\"confirm\": \"Ad\"} | confirm",
                "{\"confirm\": \"owner@example.org\"} | confirm",
                "{\"confirm\": true} | confirm",
                "{\"confirm\": \"Ada\", \"account_id\": \"acc_1\"} | account_id",
                " | body",
            })
    void withoutConfirmationNothingIsDeleted(String json, String field) {
        Visitor ada = visitor.withAccount(email);

        Problems.expectInvalid(ada.delete("/auth/account", json == null ? "" : json), field);

        ada.get("/auth/account").then().statusCode(200);
    }

    @Test
    void noKeyDeletesAnAccountAndOnlyAdminKeysReadIt() {
        Visitor ada = visitor.withAccount(email);
        Api admin = keyOf(ada, "admin");

        Problems.expect(
                admin.request().body("{\"confirm\": \"Ada\"}").delete("/auth/account"),
                403,
                "insufficient_permissions");
        visitor.delete("/auth/account", "{\"confirm\": \"Ada\"}").then().statusCode(401);

        admin.request().get("/auth/account").then().statusCode(200).body("user.email", equalTo(email));
        Problems.expect(keyOf(ada, "read_write").request().get("/auth/account"), 403, "insufficient_permissions");
    }

    @Test
    void theOperatorsAccountStays() {
        Visitor operator = visitor.signedIn("owner@example.org", "correct horse battery");

        Problems.expect(delete(operator, "Operator"), 409, "conflict");

        operator.get("/auth/account").then().statusCode(200).body("name", equalTo("Operator"));
    }

    @Test
    void anotherAccountIsNotTouched() {
        Visitor ada = visitor.withAccount(email);
        Visitor eve = Visitor.somewhere().withAccount(Visitor.newEmail());
        Api evesKey = keyOf(eve, "admin");

        delete(ada, "Ada").then().statusCode(204);

        evesKey.models().then().statusCode(200);
        eve.get("/auth/account").then().statusCode(200);
    }

    @Test
    void whatIsMadeWhileTheAccountIsDeletedDoesNotOutliveIt() throws SQLException {
        Visitor ada = visitor.withAccount(email);
        Api admin = keyOf(ada, "admin");
        String account = ada.get("/auth/account").path("account_id");

        List<CompletableFuture<Response>> making = IntStream.range(0, 40)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> i % 2 == 0
                        ? admin.create("{\"name\": \"late\", \"permission_level\": \"admin\"}")
                        : admin.request().body("{\"name\": \"late\"}").post("/models")))
                .toList();
        delete(ada, "Ada").then().statusCode(204);

        List<String> made = new ArrayList<>();
        making.forEach(answer -> {
            if (answer.join().statusCode() == 200) {
                made.add(answer.join().path("key"));
            }
        });
        made.forEach(key -> Problems.expect(admin.as(key).models(), 401, "revoked_key"));
        assertEquals("0", row("SELECT count(*) FROM api_key WHERE revoked_at IS NULL AND account_id = ?", account));
        assertEquals("0", row("SELECT count(*) FROM model WHERE account_id = ?", account));
    }
}
