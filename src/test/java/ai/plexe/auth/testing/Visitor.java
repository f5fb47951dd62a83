package ai.plexe.auth.testing;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Somebody in front of the console, at an address of their own, so that no test uses up another one's limits.
 *
 * @param port of the instance; 0 for the one that the test framework started
 * @param address as a proxy that the service trusts tells it
 * @param token of their session; null if they are not signed in
 */
public record Visitor(int port, String address, String token) {

    public static final String PASSWORD = "seven green umbrellas dance";

    /** Somebody who was never here. */
    public static Visitor somewhere() {
        int host = ThreadLocalRandom.current().nextInt(1 << 17);
        return new Visitor(0, "198.%d.%d.%d".formatted(18 + (host >> 16), host >> 8 & 255, host & 255), null);
    }

    public Visitor at(int otherPort) {
        return new Visitor(otherPort, address, token);
    }

    public static String newEmail() {
        return "ada." + UUID.randomUUID().toString().toLowerCase(Locale.ROOT) + "@example.org";
    }

    /** Signs up, verifies the address by the mailed link, and is signed in. */
    public Visitor withAccount(String email) {
        signUp(email).then().statusCode(202);
        String token = SmtpServer.await(email, "Confirm your e-mail address").token();
        post("/auth/email/verify", "{\"token\": \"%s\"}".formatted(token))
                .then()
                .statusCode(200);
        return signedIn(email, PASSWORD);
    }

    public Response signUp(String email) {
        return post(
                "/auth/signup",
                "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"Ada\"}".formatted(email, PASSWORD));
    }

    public Response signIn(String email, String password) {
        return post("/auth/login", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password));
    }

    public Visitor signedIn(String email, String password) {
        Response session =
                signIn(email, password).then().statusCode(200).extract().response();
        return new Visitor(port, address, Json.text(session, "access_token"));
    }

    public Response get(String path) {
        return request().get(path);
    }

    public Response post(String path, String json) {
        return request().body(json).post(path);
    }

    public Response delete(String path, String json) {
        return request().body(json).delete(path);
    }

    public RequestSpecification request() {
        RequestSpecification request =
                given().header("X-Forwarded-For", address).contentType(ContentType.JSON);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return port == 0 ? request : request.baseUri("http://127.0.0.1").port(port);
    }
}
