package ai.plexe.auth.testing;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The console as somebody at an address uses it.
 *
 * @param base of the instance
 * @param address as a proxy that the service trusts tells it
 */
public record Console(URI base, String address) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String LOGIN = "/auth/login";

    /** At an address that nobody else has, so that no test uses up another one's limits. */
    public static Console at(URI base) {
        int host = ThreadLocalRandom.current().nextInt(1 << 17);
        return new Console(base, "198.%d.%d.%d".formatted(18 + (host >> 16), host >> 8 & 255, host & 255));
    }

    public Console from(String otherAddress) {
        return new Console(base, otherAddress);
    }

    public RequestSpecification request() {
        return given().baseUri(base.toString())
                .header("X-Forwarded-For", address)
                .contentType(ContentType.JSON);
    }

    public Response post(String json) {
        return request().body(json).post(LOGIN);
    }

    public Response signIn(String email, String password) {
        return post(body(email, password));
    }

    /** Sends it and waits for nothing; any number at once. */
    public CompletableFuture<HttpResponse<String>> signInSoon(String email, String password) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(LOGIN))
                .header("X-Forwarded-For", address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body(email, password)))
                .build();
        return HTTP.sendAsync(request, BodyHandlers.ofString());
    }

    public Response reauthenticate(String token, String password) {
        return request()
                .header("Authorization", "Bearer " + token)
                .body("{\"password\": \"%s\"}".formatted(password))
                .post("/auth/session/reauthenticate");
    }

    /** How many password hashes the instance has computed. */
    public long hashes() {
        try {
            return HTTP.send(HttpRequest.newBuilder(base.resolve("/q/metrics")).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("plexe_password_hashes_total"))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String body(String email, String password) {
        return "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, password);
    }
}
