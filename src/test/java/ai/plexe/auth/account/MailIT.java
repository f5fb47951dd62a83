package ai.plexe.auth.account;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import com.icegreen.greenmail.util.GreenMail;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Mails reach people through a lame server, and nobody waits for one that is down. */
class MailIT {

    private static final String SUBJECT = "Confirm your e-mail address";
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static LocalServers servers;

    private final String email = Visitor.newEmail();

    @BeforeAll
    static void start() {
        servers = LocalServers.startFresh();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private static Map<String, String> environment(String... settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PLEXE_DATABASE_URL", servers.databaseUrl().toString(),
                "PLEXE_REDIS_URL", servers.redisUrl().toString(),
                "PLEXE_TRUSTED_PROXIES", "127.0.0.1"));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return environment;
    }

    private static Visitor visitor(Instance service) {
        return Visitor.somewhere().at(service.port());
    }

    @Test
    void aMailThatCouldNotBeSentIsTriedAgain() throws Exception {
        int port = Instance.freePort();
        try (Instance service = Instance.start(environment(
                "PLEXE_SMTP_URL",
                "smtp://plexe:p%40ss@127.0.0.1:" + port,
                "PLEXE_MAIL_RETRY_DELAYS",
                "100ms,1s,1s,1s,1s,1s,1s,1s"))) {
            visitor(service).signUp(email).then().statusCode(202).body("status", equalTo("verification_sent"));
            await().atMost(LONGEST).until(() -> service.log().contains("verify-email to " + email + " not sent yet"));
            GreenMail mailServer = SmtpServer.startOn(port);
            try {
                mailServer.setUser("plexe@example.org", "plexe", "p@ss");

                SmtpServer.Mail mail = SmtpServer.awaitNth(mailServer, email, SUBJECT, 1);

                assertTrue(mail.from().contains("no-reply@localhost"), mail.from());
                assertFalse(service.log().contains(mail.token()));
            } finally {
                mailServer.stop();
            }
        }
    }

    @Test
    void aMailThatCannotBeSentIsGivenUpAndLoggedWithoutItsLink() throws Exception {
        try (Instance service = Instance.start(environment(
                "PLEXE_SMTP_URL",
                "smtp://127.0.0.1:" + Instance.freePort(),
                "PLEXE_MAIL_RETRY_DELAYS",
                "50ms,100ms"))) {
            visitor(service).signUp(email).then().statusCode(202);

            await().atMost(LONGEST).until(() -> service.log().contains("verify-email to " + email + " given up"));

            assertFalse(service.log().contains("token="));
        }
    }

    @Test
    void withoutAServerTheMissingSettingIsNamedAndNothingIsShown() throws Exception {
        try (Instance service = Instance.start(environment())) {
            assertTrue(service.log().contains("PLEXE_SMTP_URL is not set: no mail can be sent"), service::log);

            visitor(service).signUp(email).then().statusCode(202);

            await().atMost(LONGEST).until(() -> service.log().contains("not sent: verify-email to " + email));
            assertFalse(service.log().contains("token="));
            Problems.expect(new Visitor(service.port(), "127.0.0.1", null).get("/dev/mails"), 404, "not_found");
        }
    }

    @Test
    void aMalformedServerStopsTheStartAndIsNotRepeated() throws Exception {
        try (Instance refused = Instance.launch(environment("PLEXE_SMTP_URL", "smtp://u:sesame@h:port"))) {
            assertTrue(refused.process().waitFor(60, TimeUnit.SECONDS), refused::log);

            assertNotEquals(0, refused.process().exitValue());
            assertTrue(refused.log().contains("PLEXE_SMTP_URL (plexe.smtp.url) has"), refused::log);
            assertFalse(refused.log().contains("sesame"));
        }
    }

    @Test
    void whereSignUpIsClosedNobodyGetsAnAccount() throws Exception {
        try (Instance service = Instance.start(environment("PLEXE_SIGN_UP", "closed"))) {
            Problems.expect(visitor(service).signUp(email), 403, "insufficient_permissions")
                    .body("detail", equalTo("Nobody can sign up here; ask the operator for an account."));

            assertEquals(0, count("SELECT count(*) FROM account_user WHERE email = '" + email + "'"));
        }
    }

    @Test
    void linksExpireAndAreClearedAway() throws Exception {
        GreenMail mailServer = SmtpServer.startOn(Instance.freePort());
        try (Instance service = Instance.start(environment(
                "PLEXE_SMTP_URL",
                SmtpServer.url(mailServer),
                "PLEXE_MAIL_LINK_VERIFY_EMAIL_TTL",
                "2s",
                "PLEXE_MAIL_LINK_SWEEP_PERIOD",
                "200ms"))) {
            visitor(service).signUp(email).then().statusCode(202);
            String links = "SELECT count(*) FROM mail_link WHERE email = '" + email + "'";
            assertEquals(1, count(links));
            String token = SmtpServer.awaitNth(mailServer, email, SUBJECT, 1).token();

            await().atMost(LONGEST).until(() -> count(links) == 0);

            Problems.expectInvalid(
                    visitor(service).post("/auth/email/verify", "{\"token\": \"%s\"}".formatted(token)), "token");
        } finally {
            mailServer.stop();
        }
    }

    private static int count(String sql) throws Exception {
        try (var database = Backends.connect(servers.databaseUrl());
                var row = database.createStatement().executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
