package ai.plexe.auth.account;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
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
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** People change their address by a link to the new one, and the old one is told. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class EmailChangeTest {

    private static final String CONFIRM_SUBJECT = "Confirm your new e-mail address";
    private static final String ASKED_SUBJECT = "Your e-mail address is about to change";
    private static final String CHANGED_SUBJECT = "Your e-mail address was changed";

    private final Visitor visitor = Visitor.somewhere();
    private final String email = Visitor.newEmail();
    private final String next = Visitor.newEmail();

    private static Response ask(Visitor person, String newEmail) {
        return person.post("/auth/email", "{\"new_email\": \"%s\"}".formatted(newEmail));
    }

    private Response confirm(String token) {
        return visitor.post("/auth/email/change", "{\"token\": \"%s\"}".formatted(token));
    }

    @Test
    void theAddressChangesOnceTheNewOneHasConfirmed() {
        Visitor ada = visitor.withAccount(email);
        ask(ada, next).then().statusCode(202).body("status", equalTo("verification_sent"));
        Mail mail = SmtpServer.await(next, CONFIRM_SUBJECT);
        Mail note = SmtpServer.await(email, ASKED_SUBJECT);
        assertTrue(mail.page().endsWith("/change-email") && note.text().contains(next), note.text());
        assertFalse(note.text().contains("token") || note.html().contains("token"));
        visitor.get("/change-email").then().statusCode(200);
        ada.get("/auth/account").then().body("user.email", equalTo(email));

        confirm(mail.token()).then().statusCode(200).body("status", equalTo("changed"));

        Problems.expect(ada.get("/auth/account"), 401, "invalid_session");
        Problems.expect(visitor.signIn(email, Visitor.PASSWORD), 401, "invalid_credentials");
        visitor.signedIn(next, Visitor.PASSWORD)
                .get("/auth/account")
                .then()
                .body("user.email", equalTo(next))
                .body("user.email_verified", is(true));
        assertTrue(SmtpServer.await(email, CHANGED_SUBJECT).text().contains(next));
        Problems.expectInvalid(confirm(mail.token()), "token");
    }

    @Test
    void aTakenAddressGetsTheSameAnswerAndNoLink() {
        Visitor ada = visitor.withAccount(email);
        visitor.withAccount(next);

        Response taken = ask(ada, next.replace("ada", "ADA"));
        Response free = ask(ada, Visitor.newEmail());

        assertEquals(free.asString(), taken.asString());
        assertEquals(free.statusCode(), taken.statusCode());
        SmtpServer.await(next, "You already have a Plexe account");
        SmtpServer.awaitNth(email, ASKED_SUBJECT, 2);
        assertEquals(List.of(), SmtpServer.received(next, CONFIRM_SUBJECT));
    }

    @Test
    void anAddressThatWasTakenMeanwhileIsNotTakenAway() {
        Visitor ada = visitor.withAccount(email);
        ask(ada, next);
        String token = SmtpServer.await(next, CONFIRM_SUBJECT).token();
        visitor.withAccount(next);

        Problems.expect(confirm(token), 409, "conflict");

        ada.get("/auth/account").then().statusCode(200).body("user.email", equalTo(email));
        visitor.signedIn(next, Visitor.PASSWORD).get("/auth/account").then().body("user.email", equalTo(next));
    }

    @Test
    void ofTwoWhoConfirmOneAddressAtOnceOneGetsIt() {
        Visitor ada = visitor.withAccount(email);
        Visitor eve = Visitor.somewhere().withAccount(Visitor.newEmail());
        ask(ada, next);
        String adas = SmtpServer.await(next, CONFIRM_SUBJECT).token();
        ask(eve, next);
        String eves = SmtpServer.awaitNth(next, CONFIRM_SUBJECT, 2).token();

        List<Integer> statuses = Stream.of(adas, eves)
                .map(token -> CompletableFuture.supplyAsync(() -> confirm(token).statusCode()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .sorted()
                .toList();

        assertEquals(List.of(200, 409), statuses);
    }

    @Test
    void linksThatWentToTheOldAddressEndWithIt() {
        Visitor ada = visitor.withAccount(email);
        visitor.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email));
        String reset = SmtpServer.await(email, "Set a new password").token();
        ask(ada, next);

        confirm(SmtpServer.await(next, CONFIRM_SUBJECT).token()).then().statusCode(200);

        Problems.expectInvalid(
                visitor.post(
                        "/auth/password/reset",
                        "{\"token\": \"%s\", \"new_password\": \"another good password\"}".formatted(reset)),
                "token");
    }

    @Test
    void onlyTheNewestLinkOfAPersonWorks() throws SQLException {
        Visitor ada = visitor.withAccount(email);
        Visitor eve = Visitor.somewhere().withAccount(Visitor.newEmail());
        String evesNext = Visitor.newEmail();
        ask(ada, next);
        String first = SmtpServer.await(next, CONFIRM_SUBJECT).token();
        ask(eve, evesNext);
        String eves = SmtpServer.await(evesNext, CONFIRM_SUBJECT).token();
        ask(ada, next);
        String second = SmtpServer.awaitNth(next, CONFIRM_SUBJECT, 2).token();

        Problems.expectInvalid(confirm(first), "token");
        confirm(eves).then().statusCode(200);
        ada.get("/auth/account").then().statusCode(200).body("user.email", equalTo(email));
        Links.expire(next);
        Problems.expectInvalid(confirm(second), "token");
        Problems.expectInvalid(confirm("A".repeat(43)), "token");

        ada.get("/auth/account").then().body("user.email", equalTo(email));
    }

    @Test
    void onlyAPersonChangesTheirAddressAndOnlyToAnother() {
        Visitor ada = visitor.withAccount(email);

        Problems.expectInvalid(ask(ada, email), "new_email");
        ask(visitor, next).then().statusCode(401);
        Problems.expect(
                Api.admin()
                        .request()
                        .body("{\"new_email\": \"%s\"}".formatted(next))
                        .post("/auth/email"),
                403,
                "insufficient_permissions");
    }
}
