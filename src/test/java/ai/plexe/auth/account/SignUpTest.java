package ai.plexe.auth.account;

import static java.util.stream.Collectors.toSet;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Links;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.SmtpServer.Mail;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** People get an account, prove that their address is theirs, and learn nothing about others. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class SignUpTest {

    private static final String SUBJECT = "Confirm your e-mail address";
    private static final String VERIFY = "/auth/email/verify";

    private final Visitor visitor = Visitor.somewhere();
    private final String email = Visitor.newEmail();

    private static String token(String token) {
        return "{\"token\": \"%s\"}".formatted(token);
    }

    @Test
    void anAddressIsVerifiedOnceByTheMailedLink() {
        visitor.signUp(email).then().statusCode(202).body("status", equalTo("verification_sent"));
        Mail mail = SmtpServer.await(email, SUBJECT);
        expectUnverified();

        Response verified = visitor.post(VERIFY, token(mail.token()));

        verified.then().statusCode(200).body("status", equalTo("verified"));
        visitor.signedIn(email, Visitor.PASSWORD)
                .get("/auth/account")
                .then()
                .statusCode(200)
                .body("account_id", matchesPattern("acc_[0-9a-z]{26}"))
                .body("name", equalTo("Ada"))
                .body("created_at", notNullValue())
                .body("user.user_id", matchesPattern("usr_[0-9a-z]{26}"))
                .body("user.email", equalTo(email))
                .body("user.role", equalTo("owner"))
                .body("user.email_verified", is(true))
                .body("user.email_verified_at", notNullValue());
        Problems.expectInvalid(visitor.post(VERIFY, token(mail.token())), "token")
                .body("errors[0].message", containsString("ask for a new mail"));
    }

    private void expectUnverified() {
        Problems.expect(visitor.signIn(email, Visitor.PASSWORD), 401, "invalid_credentials");
    }

    @Test
    void theMailHasTextAndHtmlAndNothingFromElsewhere() {
        visitor.signUp(email);

        Mail mail = SmtpServer.await(email, SUBJECT);

        assertEquals("Plexe <auth@plexe.example>", mail.from());
        assertTrue(mail.page().endsWith("/verify-email"), mail.page());
        assertTrue(mail.html().contains("<a href=\"" + mail.page() + "#token=" + mail.token() + "\">"), mail.html());
        assertTrue(mail.html().contains("<html lang=\"en\">") && mail.text().contains("24 hours"));
        assertFalse(mail.html().contains("<img")
                || mail.html().contains("<link")
                || mail.text().contains("<"));
        assertFalse(mail.html().contains("Ada"), "a stranger's words are not mailed on");
    }

    @Test
    void openingThePageDoesNotAct() {
        visitor.signUp(email);
        Mail mail = SmtpServer.await(email, SUBJECT);

        for (String path : List.of("/verify-email", "/verify-email?token=" + mail.token())) {
            visitor.get(path)
                    .then()
                    .statusCode(200)
                    .contentType(containsString("text/html"))
                    .header("Content-Security-Policy", containsString("script-src 'self'"))
                    .header("Content-Security-Policy", not(containsString("unsafe")))
                    .header("Referrer-Policy", equalTo("no-referrer"))
                    .body(not(containsString(mail.token())));
        }
        visitor.get(VERIFY + "?token=" + mail.token()).then().statusCode(405);

        expectUnverified();
    }

    @Test
    void aTakenAddressGetsTheSameAnswerAndItsOwnerIsTold() {
        visitor.withAccount(email);
        String free = Visitor.newEmail();

        Response taken = visitor.signUp(email.replace("ada", "ADA"));
        Response fresh = visitor.signUp(free);

        assertEquals(fresh.asString(), taken.asString());
        assertEquals(fresh.statusCode(), taken.statusCode());
        assertEquals(headerNames(fresh), headerNames(taken));
        Mail told = SmtpServer.await(email, "You already have a Plexe account");
        assertTrue(told.text().contains("/forgot-password") && told.text().startsWith("Hello Ada,"), told.text());
        SmtpServer.await(free, SUBJECT);
        assertEquals(1, SmtpServer.received(email, SUBJECT).size());
        visitor.signIn(email, Visitor.PASSWORD).then().statusCode(200);
    }

    /** Whoever was there first may not be whose address it is. */
    @Test
    void whoSignsUpWithAnUnverifiedAddressChoosesThePasswordAnewByMail() {
        Visitor eve = Visitor.somewhere();
        eve.post(
                "/auth/signup",
                "{\"email\": \"%s\", \"password\": \"what eve would like\", \"name\": \"Eve\"}".formatted(email));
        String evesLink = SmtpServer.await(email, SUBJECT).token();

        visitor.signUp(email).then().statusCode(202).body("status", equalTo("verification_sent"));

        Mail mail = SmtpServer.await(email, "Set a new password");
        assertTrue(mail.text().startsWith("Hello,"), mail.text());
        Problems.expectInvalid(visitor.post(VERIFY, token(evesLink)), "token");
        visitor.post(
                        "/auth/password/reset",
                        "{\"token\": \"%s\", \"new_password\": \"%s\"}".formatted(mail.token(), Visitor.PASSWORD))
                .then()
                .statusCode(200);
        Problems.expect(eve.signIn(email, "what eve would like"), 401, "invalid_credentials");
        visitor.signedIn(email, Visitor.PASSWORD);
    }

    private static Set<String> headerNames(Response answer) {
        return answer.headers().asList().stream()
                .map(header -> header.getName())
                .collect(toSet());
    }

    @Test
    void ofManyWhoSignUpWithOneAddressAtOnceOneGetsIt() throws SQLException {
        List<CompletableFuture<Response>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> visitor.signUp(email)))
                .toList();

        all.forEach(answer -> answer.join().then().statusCode(202));

        try (Connection database = Backends.database();
                PreparedStatement count = database.prepareStatement("SELECT count(*), count(DISTINCT account_id),"
                        + " (SELECT count(*) FROM account a WHERE name = 'Ada'"
                        + "   AND NOT EXISTS (SELECT FROM account_user u WHERE u.account_id = a.id))"
                        + " FROM account_user WHERE lower(email) = ?")) {
            count.setString(1, email);
            ResultSet row = count.executeQuery();
            row.next();
            assertEquals("1 1 0", row.getInt(1) + " " + row.getInt(2) + " " + row.getInt(3));
        }
    }

    @Test
    void noTokenButTheRightOneVerifies() throws SQLException {
        visitor.signUp(email);
        String right = SmtpServer.await(email, SUBJECT).token();
        visitor.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email));
        String otherPurpose = SmtpServer.await(email, "Set a new password").token();

        for (String wrong : List.of(
                "",
                "x",
                "A".repeat(43),
                right.substring(1),
                right + "A",
                right.toUpperCase(),
                otherPurpose,
                "é",
                " ")) {
            Problems.expectInvalid(visitor.post(VERIFY, token(wrong)), "token");
        }
        Problems.expectInvalid(visitor.post("/auth/email/change", token(right)), "token");
        Problems.expectInvalid(
                visitor.post(
                        "/auth/password/reset",
                        "{\"token\": \"%s\", \"new_password\": \"another good password\"}".formatted(right)),
                "token");
        Links.expire(email);
        Problems.expectInvalid(visitor.post(VERIFY, token(right)), "token");

        expectUnverified();
    }

    @Test
    void theLinkIsSentAgainAndOnlyTheNewestWorks() {
        visitor.signUp(email);
        String first = SmtpServer.await(email, SUBJECT).token();

        Response sent = sendAgain(email);

        sent.then().statusCode(202).body("status", equalTo("verification_sent"));
        String second = SmtpServer.awaitNth(email, SUBJECT, 2).token();
        assertNotEquals(first, second);
        Problems.expectInvalid(visitor.post(VERIFY, token(first)), "token");
        visitor.post(VERIFY, token(second)).then().statusCode(200);
        assertEquals(sent.asString(), sendAgain(email).asString(), "verified");
        assertEquals(sent.asString(), sendAgain(Visitor.newEmail()).asString(), "unknown");
        visitor.signedIn(email, Visitor.PASSWORD);
        assertEquals(2, SmtpServer.received(email, SUBJECT).size());
    }

    private Response sendAgain(String address) {
        return visitor.post("/auth/email/verification", "{\"email\": \"%s\"}".formatted(address));
    }

    @Test
    void anUnverifiedPersonMakesNoKeys() throws SQLException {
        String key = "{\"name\": \"first\", \"permission_level\": \"read_only\"}";
        Visitor ada = visitor.withAccount(email);
        ada.post("/auth/api-keys", key).then().statusCode(200).body("key", notNullValue());
        try (Connection database = Backends.database()) {
            People.run(database, "UPDATE account_user SET email_verified_at = NULL WHERE email = ?", email);
        }

        Problems.expect(ada.post("/auth/api-keys", key), 403, "email_not_verified");

        ada.get("/models").then().statusCode(200).body("", empty());
    }

    @Test
    void signUpsAreLimitedPerAddress() {
        for (int i = 0; i < 10; i++) {
            visitor.signUp(email).then().statusCode(202);
        }

        Problems.expect(visitor.signUp(Visitor.newEmail()), 429, "rate_limit_exceeded");
        Visitor.somewhere().signUp(Visitor.newEmail()).then().statusCode(202);
    }

    @Test
    void nobodyIsFloodedWithMails() {
        visitor.signUp(email).then().statusCode(202);
        for (int i = 0; i < 8; i++) {
            visitor.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email))
                    .then()
                    .statusCode(202);
        }
        String other = Visitor.newEmail();
        SmtpServer.awaitNth(email, "Set a new password", 5);
        visitor.signUp(other).then().statusCode(202);
        SmtpServer.await(other, SUBJECT);

        assertEquals(1, SmtpServer.received(email, SUBJECT).size());
        assertEquals(5, SmtpServer.received(email, "Set a new password").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | email",
                "{} | password",
                "{} | name",
                " | body",
                "[] | body",
                "{\"email\": null, \"password\": \"correct horse battery\", \"name\": \"Ada\"} | email",
                "{\"email\": 5, \"password\": \"correct horse battery\", \"name\": \"Ada\"} | email",
                "{\"email\": [\"a@example.org\"], \"password\": \"correct horse battery\", \"name\": \"Ada\"} | email",
                "{\"email\": \"a@example.org\", \"password\": 123456789012, \"name\": \"Ada\"} | password",
                "{\"email\": \"a@example.org\", \"password\": \"\", \"name\": \"Ada\"} | password",
                "{\"email\": \"a@example.org\", \"password\": \"elevenchars\", \"name\": \"Ada\"} | password",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": \"\"} | name",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": \"a\\r\\nb\"} | name",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": \"a\\u0000\"} | name",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": \"\\ud83d\"} | name",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": {}} | name",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": \"Ada\","
                        + " \"account_name\": \" \"} | account_name",
                "{\"email\": \"a@example.org\", \"password\": \"correct horse battery\", \"name\": \"Ada\","
                        + " \"role\": \"owner\"} | role",
            })
    void aMalformedSignUpIsRefused(String json, String field) {
        Problems.expectInvalid(visitor.post("/auth/signup", json == null ? "" : json), field);
    }

    @ParameterizedTest
    @MethodSource("notAddresses")
    void whatIsNoAddressIsRefusedEverywhere(String wrong) {
        String address = wrong.replace("\"", "\\\"")
                .replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\0", "\\u0000");
        Problems.expectInvalid(visitor.signUp(address), "email");
        Problems.expectInvalid(
                visitor.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(address)), "email");
    }

    static Stream<String> notAddresses() {
        return Stream.of(
                "",
                " ",
                "ada",
                "ada@",
                "@example.org",
                "ada@localhost",
                "ada@example..org",
                "ada@-example.org",
                ".ada@example.org",
                "a..da@example.org",
                "ada@example.org ",
                " ada@example.org",
                "ada@example.org\r\nBcc: eve@example.org",
                "ada@example.org\nBcc: eve@example.org",
                "ada\r\n@example.org",
                "ada@example.org\0",
                "ada@example.org,eve@example.org",
                "ada@example.org;eve@example.org",
                "Ada <ada@example.org>",
                "\"a b\"@example.org",
                "ada@[127.0.0.1]",
                "ad\u0131@example.org",
                "ada@ex\u00e4mple.org",
                "a".repeat(65) + "@example.org",
                addressOf(255),
                "a@" + "b".repeat(64) + ".org");
    }

    /** An address of this length. */
    private static String addressOf(int length) {
        String domain = "." + "b".repeat(60) + "." + "c".repeat(60) + "." + "d".repeat(40) + ".org";
        return "a".repeat(60) + "@" + "e".repeat(length - 61 - domain.length()) + domain;
    }

    @Test
    void theLongestAddressAndNamesInAnyScriptAreTaken() {
        String longest = addressOf(254);
        String name = "\ud83e\uddd1\ud83c\udffd\u200d\ud83d\ude80 \u827e\u8fbe \u0410\u0434\u0430";

        visitor.post(
                        "/auth/signup",
                        "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"%s\", \"account_name\": \"\ud83c\udfed\"}"
                                .formatted(longest, Visitor.PASSWORD, name))
                .then()
                .statusCode(202);

        visitor.post(VERIFY, token(SmtpServer.await(longest, SUBJECT).token()));
        visitor.signedIn(longest, Visitor.PASSWORD)
                .get("/auth/account")
                .then()
                .body("name", equalTo("\ud83c\udfed"))
                .body("user.name", equalTo(name))
                .body("user.email", equalTo(longest));
    }

    @Test
    void aBodyOver64KiBIsRefused() {
        Problems.expect(
                visitor.post(
                        "/auth/signup",
                        "{\"email\": \"a@example.org\", \"name\": \"Ada\", \"password\": \"%s\"}"
                                .formatted("x".repeat(70_000))),
                413,
                "payload_too_large");
    }

    @Test
    void aNameThatIsALinkIsNotMailedOn() {
        visitor.post(
                        "/auth/signup",
                        "{\"email\": \"%s\", \"password\": \"%s\", \"name\": \"<b>Win</b> at http://evil.example/\"}"
                                .formatted(email, Visitor.PASSWORD))
                .then()
                .statusCode(202);
        visitor.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email));

        Mail mail = SmtpServer.await(email, "Set a new password");

        assertTrue(mail.text().startsWith("Hello,"), mail.text());
        assertFalse(mail.text().contains("evil")
                || mail.html().contains("evil")
                || mail.html().contains("<b>"));
    }

    @Test
    void keptMailsAreShownOnADevelopersMachineOnly() {
        Problems.expect(visitor.get("/dev/mails"), 404, "not_found");
    }
}
