package ai.plexe.auth.account;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Console;
import ai.plexe.auth.testing.Links;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.SmtpServer.Mail;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** People change their password, or set a new one by a mailed link, and whoever knew the old one is out. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class PasswordTest {

    private static final String NEXT = "a much better one, this";
    private static final String RESET_SUBJECT = "Set a new password";
    private static final String CHANGED_SUBJECT = "Your password was changed";

    private final Visitor visitor = Visitor.somewhere();
    private final String email = Visitor.newEmail();

    private static Response change(Visitor person, String current, String next) {
        return person.post(
                "/auth/password", "{\"current_password\": \"%s\", \"new_password\": \"%s\"}".formatted(current, next));
    }

    private Response forgot(String address) {
        return visitor.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(address));
    }

    private static Response reset(Visitor person, String token, String next) {
        return person.post(
                "/auth/password/reset", "{\"token\": \"%s\", \"new_password\": \"%s\"}".formatted(token, next));
    }

    private String mailedToken() {
        forgot(email).then().statusCode(202);
        return SmtpServer.await(email, RESET_SUBJECT).token();
    }

    @Test
    void aChangedPasswordEndsAllOtherSessions() {
        Visitor ada = visitor.withAccount(email);
        Visitor elsewhere = visitor.signedIn(email, Visitor.PASSWORD);

        change(ada, Visitor.PASSWORD, NEXT).then().statusCode(200).body("status", equalTo("changed"));

        ada.get("/auth/account").then().statusCode(200);
        Problems.expect(elsewhere.get("/auth/account"), 401, "invalid_session");
        Problems.expect(visitor.signIn(email, Visitor.PASSWORD), 401, "invalid_credentials");
        visitor.signIn(email, NEXT).then().statusCode(200);
        Mail told = SmtpServer.await(email, CHANGED_SUBJECT);
        assertTrue(told.text().contains(visitor.address()) && told.html().contains("/forgot-password"), told.text());
    }

    @Test
    void whatIsLongerThanAnyPasswordTakesNoHash() {
        Visitor ada = visitor.withAccount(email);
        Console console = Console.at(URI.create(RestAssured.baseURI + ":" + RestAssured.port));
        long before = console.hashes();

        Problems.expectInvalid(change(ada, "e\u0301".repeat(10_000), NEXT), "current_password");
        Problems.expectInvalid(change(ada, "x".repeat(257), NEXT), "current_password");

        assertEquals(before, console.hashes());
        Problems.expect(change(ada, "x".repeat(256), NEXT), 401, "invalid_credentials");
        assertEquals(before + 1, console.hashes());
    }

    @Test
    void onlyWhoKnowsThePasswordChangesIt() {
        Visitor ada = visitor.withAccount(email);

        Problems.expect(change(ada, "another good password", NEXT), 401, "invalid_credentials");
        Problems.expectInvalid(change(ada, Visitor.PASSWORD, "elevenchars"), "new_password");
        Problems.expect(
                change(new Visitor(0, visitor.address(), "no-session"), Visitor.PASSWORD, NEXT),
                401,
                "invalid_session");
        Problems.expect(
                Api.admin()
                        .request()
                        .body("{\"current_password\": \"x\", \"new_password\": \"%s\"}".formatted(NEXT))
                        .post("/auth/password"),
                403,
                "insufficient_permissions");

        visitor.signIn(email, Visitor.PASSWORD).then().statusCode(200);
        assertEquals(List.of(), SmtpServer.received(email, CHANGED_SUBJECT));
    }

    @Test
    void triesToChangeAPasswordAreLimited() {
        Visitor ada = visitor.withAccount(email);

        List<Integer> statuses = IntStream.range(0, 30)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> change(ada, "wrong password " + i, NEXT).statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertEquals(10, statuses.stream().filter(status -> status == 401).count(), statuses::toString);
        assertEquals(20, statuses.stream().filter(status -> status == 429).count(), statuses::toString);
    }

    @Test
    void aMailedLinkSetsAPasswordOnceAndEndsAllSessions() {
        Visitor ada = visitor.withAccount(email);
        Mail mail = SmtpServer.await(email, "Confirm your e-mail address");
        String token = mailedToken();
        assertTrue(SmtpServer.await(email, RESET_SUBJECT).page().endsWith("/reset-password"));
        visitor.get("/reset-password?token=" + token).then().statusCode(200);

        String session =
                reset(visitor, token, NEXT).then().statusCode(200).extract().path("access_token");

        new Visitor(0, visitor.address(), session)
                .get("/auth/account")
                .then()
                .statusCode(200)
                .body("user.email", equalTo(email));
        Problems.expect(ada.get("/auth/account"), 401, "invalid_session");
        Problems.expect(visitor.signIn(email, Visitor.PASSWORD), 401, "invalid_credentials");
        visitor.signedIn(email, NEXT).get("/auth/account").then().body("user.email_verified", is(true));
        SmtpServer.await(email, CHANGED_SUBJECT);
        Problems.expectInvalid(reset(visitor, token, "a third good password"), "token");
        assertNotEquals(mail.token(), token);
    }

    @Test
    void ofManyWhoUseALinkAtOnceOneDoes() {
        visitor.withAccount(email);
        String token = mailedToken();

        List<Integer> statuses = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> reset(visitor, token, NEXT + i).statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertEquals(1, statuses.stream().filter(status -> status == 200).count(), statuses::toString);
        assertEquals(7, statuses.stream().filter(status -> status == 400).count(), statuses::toString);
        assertEquals(1, SmtpServer.received(email, RESET_SUBJECT).size());
    }

    @Test
    void aRefusedPasswordDoesNotUseTheLinkUp() {
        visitor.withAccount(email);
        String token = mailedToken();

        Problems.expectInvalid(reset(visitor, token, "elevenchars"), "new_password");

        reset(visitor, token, NEXT).then().statusCode(200);
    }

    @Test
    void noTokenButTheNewestOfThisPurposeResets() throws SQLException {
        visitor.withAccount(email);
        String verification =
                SmtpServer.await(email, "Confirm your e-mail address").token();
        String first = mailedToken();
        forgot(email);
        String second = SmtpServer.awaitNth(email, RESET_SUBJECT, 2).token();

        for (String wrong : List.of("", "A".repeat(43), verification, first, second + " ")) {
            Problems.expectInvalid(reset(visitor, wrong, NEXT), "token");
        }
        Links.expire(email);
        Problems.expectInvalid(reset(visitor, second, NEXT), "token");

        visitor.signIn(email, Visitor.PASSWORD).then().statusCode(200);
    }

    @Test
    void aChangedPasswordEndsTheLinksFromBefore() {
        Visitor ada = visitor.withAccount(email);
        String reset = mailedToken();
        String stolen = Visitor.newEmail();
        ada.post("/auth/email", "{\"new_email\": \"%s\"}".formatted(stolen))
                .then()
                .statusCode(202);
        String change =
                SmtpServer.await(stolen, "Confirm your new e-mail address").token();

        change(ada, Visitor.PASSWORD, NEXT).then().statusCode(200);

        Problems.expectInvalid(reset(visitor, reset, "a third good password"), "token");
        Problems.expectInvalid(visitor.post("/auth/email/change", "{\"token\": \"%s\"}".formatted(change)), "token");
    }

    @Test
    void nobodyLearnsWhetherAnAddressIsKnown() {
        visitor.withAccount(email);
        String unknown = Visitor.newEmail();

        Response ofKnown = forgot(email.replace("ada", "ADA"));
        Response ofUnknown = forgot(unknown);

        ofKnown.then().statusCode(202).body("status", equalTo("reset_sent"));
        assertEquals(ofKnown.asString(), ofUnknown.asString());
        assertEquals(ofKnown.statusCode(), ofUnknown.statusCode());
        SmtpServer.await(email, RESET_SUBJECT);
        assertEquals(List.of(), SmtpServer.received(unknown, RESET_SUBJECT));
    }

    @Test
    void forgottenPasswordsAreLimitedPerAddress() {
        for (int i = 0; i < 20; i++) {
            forgot(Visitor.newEmail()).then().statusCode(202);
        }

        Problems.expect(forgot(Visitor.newEmail()), 429, "rate_limit_exceeded");
    }

    @Test
    void guessesOfLinksAreLimitedPerAddress() {
        for (int i = 0; i < 30; i++) {
            Problems.expectInvalid(reset(visitor, "A".repeat(43), NEXT), "token");
        }

        Problems.expect(reset(visitor, "A".repeat(43), NEXT), 429, "rate_limit_exceeded");
        Problems.expect(
                visitor.post("/auth/email/verify", "{\"token\": \"%s\"}".formatted("A".repeat(43))),
                429,
                "rate_limit_exceeded");
    }

    /** Those who ask for other mails can't use up the one that lets a person in. */
    @Test
    void noOtherMailsStandInTheWayOfALink() {
        visitor.withAccount(email);
        for (int i = 0; i < 8; i++) {
            Visitor.somewhere().signUp(email).then().statusCode(202);
            Visitor.somewhere().post("/auth/email/verification", "{\"email\": \"%s\"}".formatted(email));
        }

        reset(visitor, mailedToken(), NEXT).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/auth/password/forgot | {} | email",
                "/auth/password/forgot | | body",
                "/auth/password/forgot | {\"email\": 1} | email",
                "/auth/password/forgot | {\"email\": \"a@example.org\", \"user_id\": \"usr_1\"} | user_id",
                "/auth/password/reset | {} | token",
                "/auth/password/reset | {} | new_password",
                "/auth/password/reset | | body",
                "/auth/password/reset | {\"token\": 1, \"new_password\": \"a much better one\"} | token",
                "/auth/password/reset | {\"token\": \"x\", \"new_password\": [\"a much better one\"]} | new_password",
                "/auth/password | {} | current_password",
                "/auth/password | {} | new_password",
                "/auth/password | | body",
                "/auth/password | {\"current_password\": \"x\", \"new_password\": null} | new_password",
                "/auth/password | {\"current_password\": true, \"new_password\": \"a much better one\"} | current_password",
                "/auth/email | {} | new_email",
                "/auth/email | {\"new_email\": \"ada\"} | new_email",
                "/auth/email | {\"new_email\": \"a@example.org\\r\\nBcc: eve@example.org\"} | new_email",
                "/auth/email/change | {} | token",
                "/auth/email/change | {\"token\": {}} | token",
                "/auth/email/verification | {} | email",
                "/auth/email/verification | {\"email\": \"ada\"} | email",
                "/auth/email/verify | {\"token\": null} | token",
                "/auth/email/verify | [] | body",
            })
    void aMalformedBodyIsRefused(String path, String json, String field) {
        Visitor ada = visitor.withAccount(email);

        Problems.expectInvalid(ada.post(path, json == null ? "" : json), field);
    }
}
