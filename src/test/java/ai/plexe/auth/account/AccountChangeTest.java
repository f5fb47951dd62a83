package ai.plexe.auth.account;

import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People call themselves and their account otherwise. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class AccountChangeTest {

    private Visitor ada;

    @BeforeEach
    void signUp() {
        ada = Visitor.somewhere().withAccount(Visitor.newEmail());
    }

    private static Response change(Visitor person, String json) {
        return person.request().body(json).patch("/auth/account");
    }

    @Test
    void eachNameIsChangedByItself() {
        change(ada, "{\"name\": \"Analytical Engines ⚙️\"}")
                .then()
                .statusCode(200)
                .body("name", equalTo("Analytical Engines ⚙️"))
                .body("user.name", equalTo("Ada"));
        change(ada, "{\"user\": {\"name\": \"Ada Lovelace\"}}")
                .then()
                .statusCode(200)
                .body("name", equalTo("Analytical Engines ⚙️"))
                .body("user.name", equalTo("Ada Lovelace"));
        change(ada, "{}").then().statusCode(200).body("user.name", equalTo("Ada Lovelace"));
        ada.get("/auth/account").then().body("name", equalTo("Analytical Engines ⚙️"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"\"} | name",
                "{\"name\": \" \"} | name",
                "{\"name\": \"a\\u0000b\"} | name",
                "{\"user\": {\"name\": \"\"}} | user.name",
                "{\"user\": {\"email\": \"a@b.example\"}} | user.email",
                "{\"user\": \"Ada\"} | user",
                "{\"account_id\": \"acc_01jd8y2v9rk3d6t0w5m8q4zx7c\"} | account_id",
                "{\"name\": 1} | name"
            })
    void whatIsWrongIsNamed(String json, String field) {
        Problems.expectInvalid(change(ada, json), field);
        ada.get("/auth/account").then().body("name", equalTo("Ada"));
    }

    @Test
    void aNameHas100CharactersAtMost() {
        change(ada, "{\"name\": \"%s\"}".formatted("é".repeat(100))).then().statusCode(200);
        Problems.expectInvalid(change(ada, "{\"name\": \"%s\"}".formatted("é".repeat(101))), "name");
    }

    @Test
    void aProgramAndAStrangerChangeNothing() {
        Problems.expect(
                Api.ofNewAccount().request().body("{\"name\": \"Mine\"}").patch("/auth/account"),
                403,
                "insufficient_permissions");
        Problems.expect(change(Visitor.somewhere(), "{\"name\": \"Mine\"}"), 401, "invalid_session");
    }

    @Test
    void theLogTellsOfIt() {
        change(ada, "{\"name\": \"Engines\"}").then().statusCode(200);
        String key = ada.post("/auth/api-keys", "{\"name\": \"k\", \"permission_level\": \"admin\"}")
                .then()
                .statusCode(200)
                .extract()
                .path("key");

        assertEquals(
                "ok",
                new AccessLogs(new Api(0, key))
                        .await(1, Map.of("event", "account.change"))
                        .get(0)
                        .text("outcome"));
    }
}
