package ai.plexe.auth.testing;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.http.Cookie;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;

/**
 * What a browser does with cookies and redirects, without one: it keeps the former and tells of the latter.
 *
 * @param port of the instance; 0 for the one that the test framework started
 * @param address as a proxy that the service trusts tells it
 * @param cookies by name
 */
public record Browser(int port, String address, Map<String, String> cookies) {

    /** One of somebody who was never here. */
    public static Browser somewhere() {
        Visitor visitor = Visitor.somewhere();
        return new Browser(visitor.port(), visitor.address(), new HashMap<>());
    }

    public Browser at(int otherPort) {
        return new Browser(otherPort, address, cookies);
    }

    /** Another one, with what this one keeps now. */
    public Browser copy() {
        return new Browser(port, address, new HashMap<>(cookies));
    }

    public Response get(String path) {
        return get(path, Map.of());
    }

    public Response get(String path, Map<String, ?> query) {
        return kept(request()
                .header("Sec-Fetch-Site", "cross-site")
                .redirects()
                .follow(false)
                .queryParams(query)
                .get(path));
    }

    /** As a page of the service has it sent. */
    public Response post(String path, String json) {
        return kept(request().header("Sec-Fetch-Site", "same-origin").body(json).post(path));
    }

    public Response delete(String path) {
        return kept(request().header("Sec-Fetch-Site", "same-origin").delete(path));
    }

    private RequestSpecification request() {
        RequestSpecification request = given().header("X-Forwarded-For", address)
                .contentType(ContentType.JSON)
                .cookies(cookies);
        return port == 0 ? request : request.baseUri("http://127.0.0.1").port(port);
    }

    private Response kept(Response response) {
        for (Cookie cookie : response.getDetailedCookies()) {
            if (cookie.getMaxAge() == 0) {
                cookies.remove(cookie.getName());
            } else {
                cookies.put(cookie.getName(), cookie.getValue());
            }
        }
        return response;
    }

    /** Whether it keeps a session's cookie. */
    public boolean hasSession() {
        return cookies.containsKey("plexe_session");
    }
}
