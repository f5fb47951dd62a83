package ai.plexe.auth.testing;

import static io.restassured.RestAssured.given;

import ai.plexe.auth.apikey.ApiKeySecret;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * The service as one client sees it.
 *
 * @param port of the instance; 0 for the one that the test framework started
 * @param key what the client sends as {@code x-api-key}
 */
public record Api(int port, String key) {

    private static final String KEYS = "/auth/api-keys";

    /** A key that was made over HTTP. */
    public record Key(String id, String secret) {}

    public static Api admin() {
        return new Api(0, Backends.adminKey());
    }

    public static Api ofNewAccount() {
        try (Connection database = Backends.database()) {
            return new Api(0, Accounts.adminKeyOfNewAccount(database));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A secret in the right form that nobody has. */
    public static String unknownKey() {
        return ApiKeySecret.generate(new SecureRandom()).reveal();
    }

    public Api as(String otherKey) {
        return new Api(port, otherKey);
    }

    public Api at(int otherPort) {
        return new Api(otherPort, key);
    }

    public RequestSpecification request() {
        RequestSpecification request = given().header("x-api-key", key).contentType(ContentType.JSON);
        return port == 0 ? request : request.baseUri("http://127.0.0.1").port(port);
    }

    /** The same client behind a proxy that the service trusts, at the address given. */
    public RequestSpecification from(String address) {
        return request().header("X-Forwarded-For", address);
    }

    public Response models() {
        return request().get("/models");
    }

    public Response create(String json) {
        return request().body(json).post(KEYS);
    }

    public Key key(String level) {
        return key(level, "");
    }

    /** Makes a key; {@code members} are further JSON members, each led by a comma. */
    public Key key(String level, String members) {
        Response made = create("{\"name\": \"test\", \"permission_level\": \"%s\"%s}".formatted(level, members))
                .then()
                .statusCode(200)
                .extract()
                .response();
        return new Key(Json.text(made, "key_id"), Json.text(made, "key"));
    }

    public Response get(String keyId) {
        return request().get(KEYS + "/" + keyId);
    }

    public Response list(Map<String, ?> parameters) {
        return request().queryParams(parameters).get(KEYS);
    }

    public Response change(String keyId, String json) {
        return request().body(json).patch(KEYS + "/" + keyId);
    }

    public Response rotate(String keyId, String json) {
        return request().body(json).post(KEYS + "/" + keyId + "/rotate");
    }

    public Response revoke(String keyId) {
        return request().delete(KEYS + "/" + keyId);
    }

    public Response verify(String json) {
        return request().body(json).post(KEYS + "/verify");
    }
}
