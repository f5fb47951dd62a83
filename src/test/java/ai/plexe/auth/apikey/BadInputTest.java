package ai.plexe.auth.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets an answer that names what is wrong, and nothing is half done. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class BadInputTest {

    private static final String VALID = "\"name\": \"x\", \"permission_level\": \"read_only\"";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"permission_level\": \"read_only\"} | name",
                "{\"name\": null, \"permission_level\": \"read_only\"} | name",
                "{\"name\": \"\", \"permission_level\": \"read_only\"} | name",
                "{\"name\": \"  \", \"permission_level\": \"read_only\"} | name",
                "{\"name\": \"a\\u0000b\", \"permission_level\": \"read_only\"} | name",
                "{\"name\": \"\\ud83d\", \"permission_level\": \"read_only\"} | name",
                "{\"name\": 5, \"permission_level\": \"read_only\"} | name",
                "{\"name\": true, \"permission_level\": \"read_only\"} | name",
                "{\"name\": [\"x\"], \"permission_level\": \"read_only\"} | name",
                "{\"name\": {\"x\": 1}, \"permission_level\": \"read_only\"} | name",
                "{\"name\": \"x\"} | permission_level",
                "{\"name\": \"x\", \"permission_level\": \"root\"} | permission_level",
                "{\"name\": \"x\", \"permission_level\": \"ADMIN\"} | permission_level",
                "{\"name\": \"x\", \"permission_level\": 0} | permission_level",
                "{\"name\": \"x\", \"permission_level\": \"read_only\", \"level\": \"admin\"} | level",
                "{\"name\": \"x\", \"permission_level\": \"read_only\", \"account_id\": \"acc_1\"} | account_id",
                "{\"name\": \"x\", \"name\": \"y\", \"permission_level\": \"read_only\"} | body",
                "[] | body",
                "\"x\" | body",
                "{} {} | body",
                "{\"name\": \"x\" | body",
                "not json | body",
                "{'name': 'x'} | body",
            })
    void aMalformedKeyIsNotMade(String json, String field) {
        expectNothingMade(json, field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"expires_at\": \"2020-01-01T00:00:00Z\" | expires_at",
                "\"expires_at\": \"2999-01-01T00:00:00Z\" | expires_at",
                "\"expires_at\": \"+1000000000-01-01T00:00:00Z\" | expires_at",
                "\"expires_at\": \"tomorrow\" | expires_at",
                "\"expires_at\": \"2030-02-30T00:00:00Z\" | expires_at",
                "\"expires_at\": \"2030-01-01\" | expires_at",
                "\"expires_at\": \"2030-01-01T00:00:00\" | expires_at",
                "\"expires_at\": \"2030-01-01T00:00Z\" | expires_at",
                "\"expires_at\": \"2030-06-30T23:59:60Z\" | expires_at",
                "\"expires_at\": 1900000000 | expires_at",
                "\"expires_at\": \"1900000000\" | expires_at",
                "\"expires_at\": {} | expires_at",
                "\"rate_limit\": 5 | rate_limit",
                "\"rate_limit\": {} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": 5} | rate_limit.window_seconds",
                "\"rate_limit\": {\"requests\": 0, \"window_seconds\": 60} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": -1, \"window_seconds\": 60} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": 1000000001, \"window_seconds\": 60} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": 99999999999999999999, \"window_seconds\": 60} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": 1.5, \"window_seconds\": 60} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": \"5\", \"window_seconds\": 60} | rate_limit.requests",
                "\"rate_limit\": {\"requests\": 5, \"window_seconds\": 0} | rate_limit.window_seconds",
                "\"rate_limit\": {\"requests\": 5, \"window_seconds\": 86401} | rate_limit.window_seconds",
                "\"rate_limit\": {\"requests\": 5, \"window_seconds\": 60, \"burst\": 1} | rate_limit.burst",
                "\"allowed_ips\": \"10.0.0.0/8\" | allowed_ips",
                "\"allowed_ips\": [\"10.0.0.0/33\"] | allowed_ips[0]",
                "\"allowed_ips\": [\"::/0\", \"10.0.0.1/8\"] | allowed_ips[1]",
                "\"allowed_ips\": [\"localhost\"] | allowed_ips[0]",
                "\"allowed_ips\": [\"010.0.0.1\"] | allowed_ips[0]",
                "\"allowed_ips\": [\"::10.0.0.1\"] | allowed_ips[0]",
                "\"allowed_ips\": [\"\"] | allowed_ips[0]",
                "\"allowed_ips\": [null] | allowed_ips[0]",
                "\"allowed_ips\": [5] | allowed_ips[0]",
                "\"metadata\": [] | metadata",
                "\"metadata\": {\"a\": 1} | metadata.a",
                "\"metadata\": {\"a\": null} | metadata[a]",
                "\"metadata\": {\"a\": {\"b\": \"c\"}} | metadata.a",
                "\"metadata\": {\"a\": \"\\u0000\"} | metadata[a]",
                "\"service\": \"true\" | service",
            })
    void aWrongSettingIsNotTaken(String member, String field) {
        expectNothingMade("{" + VALID + ", " + member + "}", field);
    }

    private static void expectNothingMade(String json, String field) {
        Api admin = Api.ofNewAccount();

        Problems.expectInvalid(admin.create(json), field);

        admin.list(Map.of("status", "all")).then().body("keys.size()", is(1));
    }

    @Test
    void theSameSettingsAreRefusedInAChange() {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        String before = admin.get(key.id()).asString();

        Problems.expectInvalid(admin.change(key.id(), "{\"name\": null}"), "name");
        Problems.expectInvalid(admin.change(key.id(), "{\"name\": 7}"), "name");
        Problems.expectInvalid(admin.change(key.id(), "{\"expires_at\": \"2020-01-01T00:00:00Z\"}"), "expires_at");
        Problems.expectInvalid(
                admin.change(key.id(), "{\"rate_limit\": {\"requests\": 5}}"), "rate_limit.window_seconds");
        Problems.expectInvalid(admin.change(key.id(), "{\"allowed_ips\": [\"x\"]}"), "allowed_ips[0]");
        Problems.expectInvalid(admin.change(key.id(), "{\"key_id\": \"key_1\"}"), "key_id");
        Problems.expectInvalid(admin.change(key.id(), "{\"revoked_at\": null}"), "revoked_at");
        Problems.expectInvalid(
                admin.change(key.id(), "{\"rate_limit\": {\"requests\": 1, \"window_seconds\": 1, \"burst\": null}}"),
                "rate_limit.burst");
        Problems.expectInvalid(admin.change(key.id(), "[]"), "body");
        Problems.expectInvalid(admin.change(key.id(), "null"), "body");
        Problems.expectInvalid(admin.change(key.id(), ""), "body");

        assertEquals(before, admin.get(key.id()).asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "604801", "1.5", "\"60\"", "true", "99999999999999999999"})
    void aWrongGraceRotatesNothing(String grace) {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");

        Problems.expectInvalid(
                admin.rotate(key.id(), "{\"grace_period_seconds\": " + grace + "}"), "grace_period_seconds");

        admin.as(key.secret()).models().then().statusCode(200);
    }

    @Test
    void aSecretInTheWrongPlaceIsNotRepeated() {
        String secret = Api.unknownKey();

        for (String body : new String[] {"{\"%s\": 1}", "{\"%1$s\": 1, \"%1$s\": 2}"}) {
            Problems.expectInvalid(Api.admin().create(body.formatted(secret)), "body")
                    .body("detail", not(containsString(secret)));
        }
        Api admin = Api.ofNewAccount();
        String key = admin.key("read_only").id();
        String metadata = "{\"metadata\": {\"%s\": \"x\"}}".formatted(secret);
        Map.of(
                        "***",
                                List.of(
                                        admin.change(key, "{\"%s\": 1}".formatted(secret)),
                                        admin.request().get("/auth/usage?" + secret + "=1")),
                        "metadata[***]",
                                List.of(
                                        admin.change(key, metadata),
                                        admin.create(
                                                "{" + VALID + ", \"metadata\": {\"%s\": null}}".formatted(secret))))
                .forEach((field, answers) -> answers.forEach(
                        refused -> Problems.expectInvalid(refused, field).body("detail", not(containsString(secret)))));
    }

    @Test
    void aLongNameIsCut() {
        String name = "x".repeat(3000);
        Api admin = Api.ofNewAccount();

        for (Response refused : List.of(
                admin.create("{\"%s\": 1}".formatted(name)),
                admin.create("{\"%1$s\": 1, \"%1$s\": 2}".formatted(name)),
                admin.request().get("/auth/usage?" + name + "=1"))) {
            Problems.expect(refused, 400, "validation_failed").body("detail.length()", lessThan(800));
        }
    }

    @Test
    void namesMayHave100CharactersOfAnyScript() {
        Api admin = Api.ofNewAccount();
        String emoji = "🔑".repeat(100);

        admin.create("{\"name\": \"" + emoji + "\", \"permission_level\": \"read_only\"}")
                .then()
                .statusCode(200)
                .body("name", equalTo(emoji));
        Problems.expectInvalid(
                admin.create("{\"name\": \"" + "x".repeat(101) + "\", \"permission_level\": \"read_only\"}"), "name");
        Problems.expectInvalid(
                admin.create("{\"name\": \"" + emoji + "🔑\", \"permission_level\": \"read_only\"}"), "name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "201", "1000000000000", "x", "1.5", "1e1", "١"})
    void aLimitOutOfRangeIsRefused(String limit) {
        Problems.expectInvalid(Api.admin().list(Map.of("limit", limit)), "limit");
        Problems.expectInvalid(Api.admin().request().queryParam("limit", limit).get("/models"), "limit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%", "bWRsXzAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw!", "J09SIDE9MS0t"})
    void aForgedCursorIsRefused(String cursor) {
        Problems.expectInvalid(Api.admin().list(Map.of("cursor", cursor)), "cursor");
        Problems.expectInvalid(
                Api.admin().request().queryParam("cursor", cursor).get("/models"), "cursor");
    }

    @Test
    void anUnknownStatusIsRefused() {
        Problems.expectInvalid(Api.admin().list(Map.of("status", "deleted")), "status");
    }

    @Test
    void anOversizedBodyIsRefusedHoweverItIsSent() throws Exception {
        String large = "{" + VALID + ", \"metadata\": {\"a\": \"" + "x".repeat(65_536) + "\"}}";

        Problems.expect(Api.admin().create(large), 413, "payload_too_large");
        assertEquals(413, statusOfChunked(large));
        assertEquals(413, statusOfChunked(large.repeat(20)));
    }

    /** Sends the body without saying how long it is. */
    private static int statusOfChunked(String body) throws Exception {
        URI uri = URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/auth/api-keys");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("x-api-key", Backends.adminKey())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8))))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void aDeeplyNestedBodyIsRefused() {
        Problems.expectInvalid(
                Api.admin().create("{" + VALID + ", \"metadata\": " + "{\"a\":".repeat(500) + "1" + "}".repeat(501)),
                "metadata.a");
        Problems.expectInvalid(
                Api.admin().change(Api.admin().key("read_only").id(), "{\"a\":".repeat(500) + "1" + "}".repeat(500)),
                "body");
    }

    @Test
    void aBodyThatIsNoUtf8IsRefused() {
        Response answer = Api.admin()
                .request()
                .body(new byte[] {'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'})
                .post("/auth/api-keys");

        Problems.expectInvalid(answer, "body");
    }

    @Test
    void whatIsNotJsonIsRefusedByItsType() {
        Problems.expect(
                Api.admin()
                        .request()
                        .contentType("text/plain")
                        .body("{" + VALID + "}")
                        .post("/auth/api-keys"),
                415,
                "unsupported_media_type");
        Problems.expect(Api.admin().request().accept("text/csv").get("/auth/api-keys"), 406, "not_acceptable");
    }
}
