package ai.plexe.auth.account;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Console;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.Header;
import io.restassured.response.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People sign in with their password, and nobody else does; nor does anybody learn who has an account. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class SignInTest {

    private static final int LIMIT = 10;
    private static final String WRONG = "not their password";
    private static final String OWNER = "{\"email\": \"owner@example.org\", \"password\": \"correct horse battery\"}";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Console console;

    @BeforeEach
    void somewhere() {
        console = Console.at(URI.create("http://localhost:" + RestAssured.port));
    }

    private static String person() throws SQLException {
        return person(People.PASSWORD);
    }

    private static String person(String password) throws SQLException {
        try (Connection database = Backends.database()) {
            return People.add(database, password);
        }
    }

    @Test
    void theRightPasswordOpensASession() throws SQLException {
        String email = person();

        Response signedIn = console.signIn(email, People.PASSWORD);

        signedIn.then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .header(
                        "Set-Cookie",
                        allOf(
                                containsString("plexe_session=" + signedIn.path("access_token")),
                                containsString("Path=/"),
                                containsString("HttpOnly"),
                                containsString("SameSite=Lax"),
                                not(containsString("Domain"))))
                .body("access_token", notNullValue())
                .body("token_type", equalTo("Bearer"))
                .body("expires_at", matchesPattern("\\d{4}-\\d\\d-\\d\\dT.*Z"))
                .body("idle_expires_at", matchesPattern("\\d{4}-\\d\\d-\\d\\dT.*Z"))
                .body("user.user_id", matchesPattern("usr_[0-9a-z]{26}"))
                .body("user.account_id", matchesPattern("acc_[0-9a-z]{26}"))
                .body("user.email", equalTo(email))
                .body("user.name", equalTo("Ada"))
                .body("user.role", equalTo("owner"))
                .body("user.email_verified", equalTo(true));
        console.reauthenticate(signedIn.path("access_token"), People.PASSWORD)
                .then()
                .statusCode(200);
    }

    @Test
    void theBootstrapOwnerSignsIn() {
        console.signIn("owner@example.org", "correct horse battery").then().statusCode(200);
    }

    /** Or whoever signs up with an address and then in would learn whether it had been free. */
    @Test
    void whoHasNotVerifiedTheirAddressIsAnsweredLikeNobody() {
        Visitor eve = Visitor.somewhere();
        String free = Visitor.newEmail();
        String taken = Visitor.newEmail();
        Visitor.somewhere().withAccount(taken);
        String password = "one password for both";
        for (String address : List.of(free, taken)) {
            eve.post(
                            "/auth/signup",
                            "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"Eve\"}".formatted(address, password))
                    .then()
                    .statusCode(202);
        }

        long before = console.hashes();
        Response ofFree = eve.signIn(free, password);
        assertEquals(before + 1, console.hashes());
        Response ofTaken = eve.signIn(taken, password);

        Problems.expect(ofFree, 401, "invalid_credentials");
        assertEquals(told(ofFree), told(ofTaken));
    }

    @Test
    void everySignInOpensANewSessionWhateverIsSentAlong() throws SQLException {
        String email = person();
        String first = console.signIn(email, People.PASSWORD).path("access_token");

        String second = console.request()
                .header("Cookie", "plexe_session=" + first)
                .header("Authorization", "Bearer " + first)
                .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, People.PASSWORD))
                .post("/auth/login")
                .then()
                .statusCode(200)
                .extract()
                .path("access_token");

        assertNotEquals(first, second);
    }

    @Test
    void whoHasNoAccountIsAnsweredLikeWhoHasOne() throws SQLException {
        Response wrong = refused(person(), WRONG);
        Response unknown = refused(People.newEmail(), WRONG);
        Response withoutPassword = refused(person(null), WRONG);

        assertEquals(told(wrong), told(unknown));
        assertEquals(told(wrong), told(withoutPassword));
    }

    /** Costs one hash, as every try does: that is what takes the time. */
    private Response refused(String email, String password) {
        long before = console.hashes();
        Response refused = console.signIn(email, password);
        Problems.expect(refused, 401, "invalid_credentials");
        assertEquals(1, console.hashes() - before);
        return refused;
    }

    /** All that an answer tells but its request's id and the time. */
    private static Map<String, String> told(Response answer) {
        Map<String, String> told = new TreeMap<>();
        for (Header header : answer.headers()) {
            told.put(header.getName(), header.getValue());
        }
        String id = told.remove("X-Request-Id");
        told.remove("Date");
        told.put("body", answer.asString().replace(id, "").replaceAll("\"reset\":\"[^\"]*\"", ""));
        return told;
    }

    @Test
    void theRightPasswordCostsOneHashToo() throws SQLException {
        String email = person();
        long before = console.hashes();

        console.signIn(email, People.PASSWORD).then().statusCode(200);

        assertEquals(1, console.hashes() - before);
    }

    @Test
    void parallelWrongPasswordsNeverCostMoreHashesThanTheLimitAllows() throws SQLException {
        assertEquals(List.of(LIMIT, 200 - LIMIT), storm(person()));
        assertEquals(List.of(LIMIT, 200 - LIMIT), storm(People.newEmail()));
    }

    /** How many of 200 tries at once were answered 401, and how many 429. */
    private List<Integer> storm(String email) {
        long before = console.hashes();
        List<Console> places = IntStream.range(0, 200)
                .mapToObj(i -> Console.at(console.base()))
                .toList();
        List<Integer> statuses = places.stream().map(place -> place.signInSoon(email, WRONG)).toList().stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.statusCode())
                .toList();
        assertEquals(LIMIT, console.hashes() - before);
        return List.of((int) statuses.stream().filter(status -> status == 401).count(), (int)
                statuses.stream().filter(status -> status == 429).count());
    }

    @Test
    void aLockedUserIsNeverToldApart() throws SQLException {
        String email = person();
        Response locked = lockedOut(email, People.PASSWORD);
        Response lockedUnknown = lockedOut(People.newEmail(), People.PASSWORD);

        assertEquals(told(locked), told(lockedUnknown));
        locked.then().header("Retry-After", "600").body("reset", notNullValue());
        long before = console.hashes();
        Problems.expect(Console.at(console.base()).signIn(email, People.PASSWORD), 429, "rate_limit_exceeded");
        assertEquals(before, console.hashes());
    }

    private Response lockedOut(String email, String lastTry) {
        for (int i = 0; i < LIMIT; i++) {
            Problems.expect(console.signIn(email, WRONG), 401, "invalid_credentials");
        }
        Response locked = console.signIn(email, lastTry);
        Problems.expect(locked, 429, "rate_limit_exceeded");
        return locked;
    }

    @Test
    void aLockedUserIsToldByMailOnceAndComesInThroughTheMailedLink() {
        Visitor owner = Visitor.somewhere();
        String email = Visitor.newEmail();
        owner.withAccount(email);
        for (int i = 0; i <= LIMIT + 2; i++) {
            console.signIn(email, WRONG);
        }

        SmtpServer.Mail told = SmtpServer.await(email, "Too many wrong passwords");
        assertTrue(told.text().contains(console.address()), told.text());
        assertTrue(told.text().contains("/forgot-password"), told.text());
        Problems.expect(owner.signIn(email, Visitor.PASSWORD), 429, "rate_limit_exceeded");
        owner.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email));
        String token = SmtpServer.await(email, "Set a new password").token();
        owner.post(
                        "/auth/password/reset",
                        "{\"token\": \"%s\", \"new_password\": \"%s\"}".formatted(token, People.PASSWORD))
                .then()
                .statusCode(200);
        owner.signedIn(email, People.PASSWORD);
        assertEquals(1, SmtpServer.received(email, "Too many wrong passwords").size());
    }

    @Test
    void aSignInFromANewDeviceIsToldByMail() {
        String email = Visitor.newEmail();
        Visitor.somewhere().withAccount(email);
        String seen = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

        for (int i = 0; i < 2; i++) {
            console.request()
                    .header("User-Agent", seen)
                    .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, Visitor.PASSWORD))
                    .post("/auth/login")
                    .then()
                    .statusCode(200);
        }
        Visitor.somewhere().signedIn(email, Visitor.PASSWORD);

        SmtpServer.Mail told = SmtpServer.await(email, "New sign-in to your account");
        assertTrue(told.text().contains(console.address()), told.text());
        assertTrue(told.text().contains("Firefox"), told.text());
        console.request()
                .header("User-Agent", "another")
                .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, Visitor.PASSWORD))
                .post("/auth/login");
        SmtpServer.awaitNth(email, "New sign-in to your account", 2);
        assertEquals(
                2, SmtpServer.received(email, "New sign-in to your account").size());
    }

    @Test
    void whoHasNotBeenHereForLongIsToldOfAnyDevice() throws SQLException {
        String email = person();
        try (Connection database = Backends.database()) {
            People.run(
                    database, "UPDATE account_user SET created_at = now() - interval '1 year' WHERE email = ?", email);
        }

        console.signIn(email, People.PASSWORD).then().statusCode(200);

        SmtpServer.await(email, "New sign-in to your account");
    }

    @Test
    void aSignInClearsTheUsersTries() throws SQLException {
        String email = person();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < LIMIT - 1; i++) {
                Problems.expect(console.signIn(email, WRONG), 401, "invalid_credentials");
            }
            console.signIn(email, People.PASSWORD).then().statusCode(200);
        }
    }

    @Test
    void everySpellingOfAnAddressIsOneUser() throws SQLException {
        String email = person();
        String loud = email.toUpperCase();

        console.signIn(loud, People.PASSWORD).then().statusCode(200).body("user.email", equalTo(email));
        console.signIn("  " + email + " ", People.PASSWORD).then().statusCode(200);
        for (int i = 0; i < LIMIT; i++) {
            Problems.expect(console.signIn(i % 2 == 0 ? email : loud, WRONG), 401, "invalid_credentials");
        }
        Problems.expect(console.signIn(email, WRONG), 429, "rate_limit_exceeded");
        Problems.expect(console.signIn(loud, WRONG), 429, "rate_limit_exceeded");
    }

    @Test
    void aPasswordIsTheSameHoweverItIsComposed() throws SQLException {
        String email = person("caf\u00e9 au lait \u2460");

        console.signIn(email, "cafe\u0301 au lait 1").then().statusCode(200);
        console.signIn(email, "caf\u00e9 au lait \u2460").then().statusCode(200);
        Problems.expect(console.signIn(email, "cafe au lait 1"), 401, "invalid_credentials");
        Problems.expect(console.signIn(email, "CAF\u00c9 au lait 1"), 401, "invalid_credentials");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"password\": \"x\"} | email",
                "{\"email\": \"ada@example.org\"} | password",
                "{\"email\": null, \"password\": \"x\"} | email",
                "{\"email\": \"ada@example.org\", \"password\": null} | password",
                "{\"email\": \"ada@example.org\", \"password\": \"\"} | password",
                "{\"email\": \"\", \"password\": \"x\"} | email",
                "{\"email\": \"ada\", \"password\": \"x\"} | email",
                "{\"email\": \"ada@example.org\\nBcc: eve@example.org\", \"password\": \"x\"} | email",
                "{\"email\": \"ada\\u0000@example.org\", \"password\": \"x\"} | email",
                "{\"email\": 5, \"password\": \"x\"} | email",
                "{\"email\": [\"ada@example.org\"], \"password\": \"x\"} | email",
                "{\"email\": \"ada@example.org\", \"password\": 123456789012} | password",
                "{\"email\": \"ada@example.org\", \"password\": [\"x\"]} | password",
                "{\"email\": \"ada@example.org\", \"password\": \"x\", \"sid\": \"ses_1\"} | sid",
                "{\"email\": \"a@example.org\", \"email\": \"b@example.org\", \"password\": \"x\"} | body",
                "[] | body",
                "null | body",
                "{\"email\": | body",
            })
    void badInputIsNamedAndCostsNoHash(String json, String field) {
        long before = console.hashes();

        Problems.expectInvalid(console.post(json), field);

        assertEquals(before, console.hashes());
    }

    @Test
    void whatIsTooLongToBeRightIsRefusedUnhashed() {
        long before = console.hashes();

        Problems.expectInvalid(console.signIn("ada@example.org", "x".repeat(257)), "password");
        Problems.expectInvalid(console.signIn("ada@example.org", "e\u0301".repeat(10_000)), "password");
        Problems.expectInvalid(console.signIn("a".repeat(8192) + "@example.org", "x"), "email");
        Problems.expectInvalid(console.signIn("ada@" + "\u00fc".repeat(8192) + ".org", "x"), "email");
        Problems.expect(console.signIn("ada@example.org", "x".repeat(70_000)), 413, "payload_too_large");
        assertEquals(before, console.hashes());
        Problems.expect(console.signIn(People.newEmail(), "x".repeat(256)), 401, "invalid_credentials");
    }

    @Test
    void controlCharactersInAPasswordAreJustWrong() throws SQLException {
        Problems.expect(console.signIn(person(), "\\u0000\\u001b[2J \\ud83d"), 401, "invalid_credentials");
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://localhost.evil.example",
        "Origin, http://localhost:1",
        "Origin, not an origin",
        "Origin, http://",
    })
    void aPageOfAnotherSiteSignsNobodyIn(String header, String value) throws SQLException {
        String email = person();

        Response refused = console.request()
                .header(header, value)
                .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, People.PASSWORD))
                .post("/auth/login");

        Problems.expect(refused, 403, "cross_site_request").header("Set-Cookie", equalTo(null));
    }

    @Test
    void aPageOfAnotherSiteIsInTheLog() {
        Response refused = console.request()
                .header("Origin", "https://evil.example")
                .body("{}")
                .post("/auth/login");

        new AccessLogs(Api.admin())
                .await(
                        Map.of("unattributed", true, "outcome", "cross_site_request", "limit", 200),
                        entries -> entries.stream()
                                .anyMatch(entry -> entry.text("path").equals("/auth/login")
                                        && entry.text("request_id").equals(refused.header("X-Request-Id"))));
    }

    @Test
    void theConsolesOwnPageSignsIn() throws SQLException {
        String email = person();
        String own = "http://localhost:" + RestAssured.port;

        for (Map<String, String> headers : List.of(
                Map.of("Origin", own),
                Map.of("Origin", own, "Sec-Fetch-Site", "same-origin"),
                Map.of("Origin", "https://behind-a.proxy", "Sec-Fetch-Site", "same-origin"),
                Map.of("Sec-Fetch-Site", "none"))) {
            console.request()
                    .headers(headers)
                    .body("{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, People.PASSWORD))
                    .post("/auth/login")
                    .then()
                    .statusCode(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void whatAFormCanSendIsRefused(String type) throws Exception {
        HttpRequest form = HttpRequest.newBuilder(console.base().resolve("/auth/login"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(OWNER))
                .build();

        assertEquals(415, HTTP.send(form, BodyHandlers.discarding()).statusCode());
    }

    /** A script can send a body without a type, unasked. */
    @Test
    void whatAPageOfAnotherSiteSendsWithoutATypeIsRefused() throws Exception {
        HttpRequest blob = HttpRequest.newBuilder(console.base().resolve("/auth/login"))
                .header("Origin", "https://evil.example.org")
                .POST(BodyPublishers.ofString(OWNER))
                .build();

        assertEquals(403, HTTP.send(blob, BodyHandlers.discarding()).statusCode());
    }

    @Test
    void aProofIsRenewedWithThePasswordAndNothingElse() throws SQLException {
        String email = person();
        String token = console.signIn(email, People.PASSWORD).path("access_token");
        long before = console.hashes();

        Problems.expect(console.reauthenticate(token, WRONG), 401, "invalid_credentials");
        Problems.expectInvalid(console.reauthenticate(token, ""), "password");
        Problems.expectInvalid(console.reauthenticate(token, "x".repeat(257)), "password");
        Response renewed = console.reauthenticate(token, People.PASSWORD);

        assertEquals(2, console.hashes() - before);
        renewed.then()
                .statusCode(200)
                .header("Set-Cookie", containsString("plexe_session=" + renewed.path("access_token")))
                .body("token_type", equalTo("Bearer"))
                .body("user.email", equalTo(email));
        console.reauthenticate(renewed.path("access_token"), People.PASSWORD)
                .then()
                .statusCode(200);
    }

    @Test
    void aProofTakesASessionOfAPerson() {
        Problems.expect(
                Api.admin().request().body("{\"password\": \"x\"}").post("/auth/session/reauthenticate"),
                403,
                "insufficient_permissions");
        console.request()
                .body("{\"password\": \"x\"}")
                .post("/auth/session/reauthenticate")
                .then()
                .statusCode(401);
        Problems.expect(console.reauthenticate("forged", "x"), 401, "invalid_session");
    }

    @Test
    void aProofFromAnotherSitesPageIsRefused() throws SQLException {
        String token = console.signIn(person(), People.PASSWORD).path("access_token");

        Problems.expect(
                console.request()
                        .cookie("plexe_session", token)
                        .header("Sec-Fetch-Site", "cross-site")
                        .body("{\"password\": \"%s\"}".formatted(People.PASSWORD))
                        .post("/auth/session/reauthenticate"),
                403,
                "cross_site_request");
    }

    @Test
    void triesToRenewAProofCountAsTriesToSignIn() throws SQLException {
        String email = person();
        String token = console.signIn(email, People.PASSWORD).path("access_token");

        for (int i = 0; i < LIMIT; i++) {
            Problems.expect(
                    i % 2 == 0 ? console.reauthenticate(token, WRONG) : console.signIn(email, WRONG),
                    401,
                    "invalid_credentials");
        }

        Problems.expect(console.reauthenticate(token, People.PASSWORD), 429, "rate_limit_exceeded");
        Problems.expect(console.signIn(email, People.PASSWORD), 429, "rate_limit_exceeded");
    }

    @Test
    void aHashThatCantBeReadLetsNobodyIn() throws SQLException {
        String email = person();
        try (Connection database = Backends.database()) {
            People.run(
                    database,
                    "UPDATE account_user SET password_hash = '$argon2id$v=19$m=4194304,t=99,p=1$c29tZXNhbHQ$AAAA'"
                            + " WHERE email = ?",
                    email);
        }

        refused(email, People.PASSWORD);
    }

    @Test
    void theDocumentTellsHowToSignInAndWhatCanGoWrong() {
        String document = RestAssured.get("/q/openapi?format=json").asString();
        String statuses = RestAssured.get("/q/openapi?format=json")
                .jsonPath()
                .<String, Object>getMap("paths.'/auth/login'.post.responses")
                .keySet()
                .stream()
                .sorted()
                .collect(Collectors.joining(" "));

        assertEquals("200 400 401 403 413 415 429 503", statuses);
        assertTrue(document.contains("signed in"));
        RestAssured.get("/q/openapi?format=json")
                .then()
                .body("paths.'/auth/login'.post.security", equalTo(List.of()))
                .body(
                        "paths.'/auth/login'.post.responses.'401'.content.'application/problem+json'.examples",
                        notNullValue());
    }
}
