package ai.plexe.auth.federation;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.AccessLogs;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Browser;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.ProviderStandIn;
import ai.plexe.auth.testing.ProviderStandIn.Person;
import ai.plexe.auth.testing.ProviderStandIn.Twist;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** People sign in with a provider, and nobody comes into an account that is not theirs. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = ProviderStandIn.class, scope = TestResourceScope.GLOBAL)
class FederationTest {

    private static final String LINK_SUBJECT = "Sign in with Google";

    private final Browser browser = Browser.somewhere();
    private final String email = Visitor.newEmail();
    private final Person ada = Person.of(email);

    /** Sets out to a provider; gives the address that it leads to. */
    private static String setOut(Browser from, String provider) {
        return from.get("/auth/oauth/" + provider + "/start")
                .then()
                .statusCode(303)
                .extract()
                .header("Location");
    }

    private static Response comeBack(Browser to, String provider, Map<String, String> query) {
        return to.get("/auth/oauth/" + provider + "/callback", query);
    }

    /** There and back. */
    private static Response signIn(Browser in, String provider, Person person) {
        return comeBack(in, provider, ProviderStandIn.visit(setOut(in, provider), person));
    }

    private static void signedIn(Browser in, String provider, Person person) {
        signIn(in, provider, person).then().statusCode(303).header("Location", equalTo("/"));
        in.get("/auth/session").then().statusCode(200);
    }

    private static String accountOf(Browser in) {
        return in.get("/auth/session").then().statusCode(200).extract().path("account_id");
    }

    private static void turnedBack(Response response, String provider, String code) {
        response.then().statusCode(303).header("Location", equalTo("/sign-in?error=" + code + "&provider=" + provider));
        assertNull(response.getDetailedCookie("plexe_session"), "no session");
    }

    private boolean hasAccount() throws Exception {
        try (Connection database = Backends.database();
                PreparedStatement statement =
                        database.prepareStatement("SELECT 1 FROM account_user WHERE lower(email) = lower(?)")) {
            statement.setString(1, email);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    private static Response connect(Browser in, String provider, Person person) {
        String authorization = in.post(
                        "/auth/oauth/" + provider + "/connect", "{\"return_to\": \"/settings/security\"}")
                .then()
                .statusCode(200)
                .extract()
                .path("authorization_url");
        return comeBack(in, provider, ProviderStandIn.visit(authorization, person));
    }

    private static Response reauthenticate(Browser in, String provider, Person person) {
        String authorization = in.post("/auth/oauth/" + provider + "/reauthenticate", "{\"return_to\": \"/proved\"}")
                .then()
                .statusCode(200)
                .extract()
                .path("authorization_url");
        return comeBack(in, provider, ProviderStandIn.visit(authorization, person));
    }

    @Test
    void whatIsEnabledIsListed() {
        browser.get("/auth/oauth")
                .then()
                .statusCode(200)
                .body("providers.id", contains("google", "github", "oidc"))
                .body("providers.name", contains("Google", "GitHub", "Analytical Engines"))
                .body("providers[1].start_url", equalTo("/auth/oauth/github/start"));
    }

    @ParameterizedTest
    @CsvSource({"google,'openid email profile'", "github,'read:user user:email'", "oidc,'openid email profile'"})
    void theWayThereHasAllThatProtectsTheWayBack(String provider, String scope) {
        Map<String, String> asked =
                ProviderStandIn.parameters(URI.create(setOut(browser, provider)).getRawQuery());

        assertEquals("S256", asked.get("code_challenge_method"));
        assertEquals(43, asked.get("code_challenge").length());
        assertEquals(36, asked.get("state").length());
        assertEquals(!provider.equals("github"), asked.containsKey("nonce"));
        assertEquals(scope, asked.get("scope"));
        assertEquals("http://localhost:8080/auth/oauth/" + provider + "/callback", asked.get("redirect_uri"));
        assertFalse(asked.containsKey("client_secret"));
        assertFalse(asked.containsKey("prompt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"google", "github", "oidc"})
    void somebodyNewGetsAnAccountAndComesBackToIt(String provider) {
        signIn(browser, provider, ada).then().statusCode(303).header("Location", equalTo("/"));

        browser.get("/auth/account")
                .then()
                .statusCode(200)
                .body("name", equalTo("Ada Lovelace"))
                .body("user.email", equalTo(email))
                .body("user.email_verified", equalTo(true))
                .body("user.role", equalTo("owner"));
        browser.get("/auth/identities")
                .then()
                .statusCode(200)
                .body("has_password", equalTo(false))
                .body("identities", hasSize(1))
                .body("identities[0].provider", equalTo(provider))
                .body("identities[0].last_used_at", notNullValue());
        Browser elsewhere = Browser.somewhere();
        signedIn(elsewhere, provider, ada);
        assertEquals(accountOf(browser), accountOf(elsewhere));
        browser.get("/auth/sessions").then().body("sessions", hasSize(2));
        assertEquals(
                1,
                browser.cookies().size(),
                "nothing is left but the session: " + browser.cookies().keySet());
    }

    @Test
    void theSessionIsOursAndEndsBySigningOut() {
        signedIn(browser, "google", ada);
        Browser copy = browser.copy();

        browser.post("/auth/logout", "").then().statusCode(204);

        Problems.expect(copy.get("/auth/session"), 401, "invalid_session");
    }

    @Test
    void whoSignsInWithAProviderMakesKeysAtOnce() {
        signedIn(browser, "github", ada);

        browser.post("/auth/api-keys", "{\"name\": \"first\", \"permission_level\": \"admin\"}")
                .then()
                .statusCode(200);
    }

    @Test
    void theIdentityDecidesWhoseAccountItIsAndNotTheAddress() {
        signedIn(browser, "google", ada);
        String account = accountOf(browser);

        Browser later = Browser.somewhere();
        signedIn(later, "google", ada.with(Visitor.newEmail()));
        assertEquals(account, accountOf(later));

        Browser other = Browser.somewhere();
        signIn(other, "google", Person.of(email)).then().header("Location", containsString("/join"));
        assertFalse(other.hasSession());
    }

    @Test
    void aNameThatNobodyCanReadIsReplaced() {
        signedIn(browser, "oidc", ada.called("Ada\u0000\u001b[31m"));

        browser.get("/auth/account").then().body("user.name", equalTo(email.substring(0, email.indexOf('@'))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "@example.org",
                "a@b@c",
                "ada@example.org\u0000",
                "ada lovelace@example.org",
                "[\"ada@example.org\"]"
            })
    void anAddressThatIsNoneMakesNoAccount(String address) {
        turnedBack(signIn(browser, "oidc", ada.with(address)), "oidc", "email_not_verified");
    }

    @Test
    void whatTheTokenLeavesOpenTheProviderIsAskedFor() {
        signedIn(browser, "oidc", ada.with(Twist.VERIFIED_BY_USER_INFO));

        browser.get("/auth/account")
                .then()
                .body("user.email", equalTo(email))
                .body("user.name", equalTo("Ada Lovelace"));
    }

    @Test
    void aProviderMayChangeItsKey() {
        signedIn(browser, "oidc", ada);

        ProviderStandIn.changeKey();

        signedIn(Browser.somewhere(), "oidc", ada);
    }

    @Test
    void aLongNameAndALongLabelFitIntoTheBrowser() {
        Visitor.somewhere().withAccount(email);
        Person verbose = new Person("x".repeat(255), email, true, "\u00e4".repeat(4000), Twist.NONE);

        signIn(browser, "oidc", verbose).then().header("Location", equalTo("/join?next=%2F"));
        browser.get("/auth/oauth/join").then().statusCode(200);
    }

    @Test
    void theCaseOfAnAddressMakesNoSecondAccount() {
        Visitor.somewhere().withAccount(email);

        signIn(browser, "google", ada.with(email.toUpperCase(java.util.Locale.ROOT)))
                .then()
                .statusCode(303)
                .header("Location", containsString("/join"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0000", "\u00e4", "\n"})
    void aSubjectThatIsNoneIsNobody(String subject) throws Exception {
        Person strange = new Person(subject, email, true, "Ada", Twist.NONE);

        turnedBack(signIn(browser, "oidc", strange), "oidc", "invalid_credentials");
        assertFalse(hasAccount());
    }

    @Test
    void aSubjectThatIsTooLongIsNobody() throws Exception {
        turnedBack(
                signIn(browser, "oidc", new Person("x".repeat(256), email, true, "Ada", Twist.NONE)),
                "oidc",
                "invalid_credentials");
        assertFalse(hasAccount());
    }

    @RepeatedTest(5)
    void manyTimesAtOnceIsOneAccount() {
        List<Browser> browsers =
                IntStream.range(0, 10).mapToObj(i -> Browser.somewhere()).toList();

        List<CompletableFuture<Response>> answers = browsers.stream()
                .map(each -> CompletableFuture.supplyAsync(() -> signIn(each, "google", ada)))
                .toList();

        answers.forEach(answer -> answer.join().then().statusCode(303).header("Location", equalTo("/")));
        assertEquals(
                1, browsers.stream().map(FederationTest::accountOf).distinct().count());
    }

    @Test
    void anAddressThatHasAnAccountIsProvedByItsPassword() {
        Visitor owner = Visitor.somewhere().withAccount(email);

        signIn(browser, "google", ada).then().statusCode(303).header("Location", equalTo("/join?next=%2F"));
        assertFalse(browser.hasSession());
        browser.get("/auth/oauth/join")
                .then()
                .statusCode(200)
                .body("provider_name", equalTo("Google"))
                .body("email", equalTo(email));
        owner.get("/auth/identities").then().body("identities", hasSize(0));

        Problems.expect(
                browser.post("/auth/oauth/join/password", "{\"password\": \"not the password\"}"),
                401,
                "invalid_credentials");
        assertFalse(browser.hasSession());
        browser.post("/auth/oauth/join/password", "{\"password\": \"%s\"}".formatted(Visitor.PASSWORD))
                .then()
                .statusCode(200)
                .body("user.email", equalTo(email));

        assertTrue(browser.hasSession());
        owner.get("/auth/identities").then().body("identities.provider", contains("google"));
        SmtpServer.await(email, "Google was connected to your account");
        Browser later = Browser.somewhere();
        signedIn(later, "google", ada);
        Problems.expect(browser.get("/auth/oauth/join"), 404, "not_found");
    }

    @Test
    void anAddressThatHasAnAccountIsProvedByAMailedLinkInTheSameBrowser() {
        Visitor owner = Visitor.somewhere().withAccount(email);
        signIn(browser, "google", ada).then().statusCode(303);

        browser.post("/auth/oauth/join/mail", "").then().statusCode(202).body("status", equalTo("link_sent"));
        SmtpServer.Mail mail = SmtpServer.await(email, LINK_SUBJECT);
        assertEquals("http://localhost:8080/join", mail.page());
        String body = "{\"token\": \"%s\"}".formatted(mail.token());

        Problems.expect(Browser.somewhere().post("/auth/oauth/join/link", body), 404, "not_found");
        Browser attacker = Browser.somewhere();
        String another = Visitor.newEmail();
        Visitor.somewhere().withAccount(another);
        signIn(attacker, "google", Person.of(another)).then().header("Location", containsString("/join"));
        Problems.expectInvalid(attacker.post("/auth/oauth/join/link", body), "token");

        SmtpServer.Mail second = mailedAgain();
        Problems.expectInvalid(browser.post("/auth/oauth/join/link", body), "token");
        Browser copy = browser.copy();
        String newest = "{\"token\": \"%s\"}".formatted(second.token());
        browser.post("/auth/oauth/join/link", newest).then().statusCode(200);
        Problems.expectInvalid(copy.post("/auth/oauth/join/link", newest), "token");

        assertEquals(
                owner.get("/auth/session").then().extract().path("account_id").toString(), accountOf(browser));
    }

    private SmtpServer.Mail mailedAgain() {
        browser.post("/auth/oauth/join/mail", "").then().statusCode(202);
        return SmtpServer.awaitNth(email, LINK_SUBJECT, 2);
    }

    /** Somebody who signs up with another one's address in advance must not stay in the account that becomes theirs. */
    @Test
    void aPasswordThatSomebodySetInAdvanceWorksNoMore() {
        Visitor squatter = Visitor.somewhere();
        squatter.signUp(email).then().statusCode(202);

        signIn(browser, "google", ada).then().header("Location", containsString("/join"));
        Problems.expect(
                browser.post("/auth/oauth/join/password", "{\"password\": \"%s\"}".formatted(Visitor.PASSWORD)),
                401,
                "invalid_credentials");
        browser.post("/auth/oauth/join/mail", "").then().statusCode(202);
        String token = SmtpServer.await(email, LINK_SUBJECT).token();
        browser.post("/auth/oauth/join/link", "{\"token\": \"%s\"}".formatted(token))
                .then()
                .statusCode(200);

        Problems.expect(squatter.signIn(email, Visitor.PASSWORD), 401, "invalid_credentials");
        String verification =
                SmtpServer.await(email, "Confirm your e-mail address").token();
        Problems.expectInvalid(
                squatter.post("/auth/email/verify", "{\"token\": \"%s\"}".formatted(verification)), "token");
        browser.get("/auth/identities").then().body("has_password", equalTo(false));
        browser.get("/auth/account")
                .then()
                .body("name", equalTo("Ada Lovelace"))
                .body("user.name", equalTo("Ada Lovelace"));
    }

    @Test
    void aNewPasswordEndsALinkThatWouldConnect() {
        Visitor owner = Visitor.somewhere().withAccount(email);
        signIn(browser, "google", ada).then().header("Location", containsString("/join"));
        browser.post("/auth/oauth/join/mail", "").then().statusCode(202);
        String link = SmtpServer.await(email, LINK_SUBJECT).token();

        owner.post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email))
                .then()
                .statusCode(202);
        setPassword(SmtpServer.await(email, "Set a new password").token());

        Problems.expectInvalid(browser.post("/auth/oauth/join/link", "{\"token\": \"%s\"}".formatted(link)), "token");
        assertFalse(browser.hasSession());
    }

    private static void setPassword(String token) {
        Visitor.somewhere()
                .post(
                        "/auth/password/reset",
                        "{\"token\": \"%s\", \"new_password\": \"%s\"}".formatted(token, Visitor.PASSWORD + "!"))
                .then()
                .statusCode(200);
    }

    /** Of a provider that the operator has replaced by another one, the identity is no way in. */
    @Test
    void anIdentityOfAnIssuerThatIsNoMoreIsNoWayInAndMakesRoom() throws Exception {
        signedIn(browser, "google", ada);
        connect(browser, "oidc", ada).then().header("Location", equalTo("/settings/security"));
        atAnotherIssuer("oidc");
        String google = browser.get("/auth/identities")
                .then()
                .body("identities.provider", contains("google", "oidc"))
                .body("identities.enabled", contains(true, false))
                .extract()
                .path("identities[0].identity_id");

        Problems.expect(browser.delete("/auth/identities/" + google), 409, "conflict");
        connect(browser, "oidc", Person.of(Visitor.newEmail()))
                .then()
                .header("Location", equalTo("/settings/security"));
        browser.get("/auth/identities").then().body("identities.enabled", contains(true, true));
        browser.delete("/auth/identities/" + google).then().statusCode(204);
    }

    private void atAnotherIssuer(String provider) throws Exception {
        try (Connection database = Backends.database();
                PreparedStatement update = database.prepareStatement(
                        "UPDATE federated_identity SET issuer = 'https://gone.example' WHERE provider = ? AND user_id ="
                                + " (SELECT id FROM account_user WHERE email = ?)")) {
            update.setString(1, provider);
            update.setString(2, email);
            assertEquals(1, update.executeUpdate());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"google", "github", "oidc"})
    void anUnverifiedAddressMakesNoAccountAndJoinsNone(String provider) throws Exception {
        turnedBack(signIn(browser, provider, ada.unverified()), provider, "email_not_verified");
        turnedBack(signIn(browser, provider, ada.with((String) null)), provider, "email_not_verified");
        assertFalse(hasAccount());

        Visitor.somewhere().withAccount(email);
        turnedBack(signIn(browser, provider, ada.unverified()), provider, "email_not_verified");
        Problems.expect(browser.get("/auth/oauth/join"), 404, "not_found");
    }

    @ParameterizedTest
    @EnumSource(
            value = Twist.class,
            names = {"NONE", "OLD_LOGIN", "NO_LOGIN_TIME", "VERIFIED_BY_USER_INFO"},
            mode = EnumSource.Mode.EXCLUDE)
    void whatAnOpenIdProviderGetsWrongLetsNobodyIn(Twist twist) throws Exception {
        boolean down = twist == Twist.SERVER_ERROR || twist == Twist.NO_ANSWER || twist == Twist.NO_USER_INFO;

        turnedBack(
                signIn(browser, "oidc", ada.with(twist)),
                "oidc",
                down ? "temporarily_unavailable" : "invalid_credentials");

        assertFalse(hasAccount());
        assertTrue(
                browser.cookies().isEmpty(),
                "nothing is left: " + browser.cookies().keySet());
        new AccessLogs(Api.admin())
                .await(
                        Map.of("event", "login", "ip", browser.address(), "unattributed", "true"),
                        entries -> entries.size() == 1
                                && entries.get(0)
                                        .is("login", down ? "temporarily_unavailable" : "invalid_credentials"));
        signedIn(browser, "oidc", ada);
    }

    @ParameterizedTest
    @EnumSource(
            value = Twist.class,
            names = {"SERVER_ERROR", "NO_JSON", "NO_ANSWER", "NO_USER_INFO"})
    void whatGitHubGetsWrongLetsNobodyIn(Twist twist) throws Exception {
        turnedBack(
                signIn(browser, "github", ada.with(twist)),
                "github",
                twist == Twist.NO_JSON ? "invalid_credentials" : "temporarily_unavailable");
        assertFalse(hasAccount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"google", "github", "oidc"})
    void aCodeWorksOnceAndIsNobodyElses(String provider) throws Exception {
        Map<String, String> back = ProviderStandIn.visit(setOut(browser, provider), ada);
        Browser replaying = browser.copy();
        Map<String, String> forged = new HashMap<>(back);
        forged.put("code", "guessed");
        turnedBack(comeBack(browser.copy(), provider, forged), provider, "invalid_credentials");
        comeBack(browser, provider, back).then().header("Location", equalTo("/"));

        turnedBack(comeBack(replaying, provider, back), provider, "invalid_credentials");
        turnedBack(comeBack(Browser.somewhere(), provider, back), provider, "invalid_credentials");
    }

    /** Signed in as the attacker without knowing it, a victim would tell them all that they do. */
    @Test
    void nobodyIsLedBackWithACodeOfSomebodyElses() throws Exception {
        Browser attacker = Browser.somewhere();
        Map<String, String> back = ProviderStandIn.visit(setOut(attacker, "google"), ada);

        setOut(browser, "google");
        turnedBack(comeBack(browser, "google", back), "google", "invalid_credentials");

        Browser planted = Browser.somewhere();
        setOut(planted, "google");
        attacker.cookies().forEach((name, value) -> {
            if (name.startsWith("q_auth")) {
                planted.cookies().put(name, value);
            }
        });
        turnedBack(comeBack(planted, "google", back), "google", "invalid_credentials");
        assertFalse(hasAccount());
    }

    @ParameterizedTest
    @CsvSource({"state,''", "state,another", "code,''"})
    void aWayBackWithoutWhatBelongsToItLeadsNowhere(String parameter, String value) throws Exception {
        Map<String, String> back = new HashMap<>(ProviderStandIn.visit(setOut(browser, "oidc"), ada));
        if (value.isEmpty()) {
            back.remove(parameter);
        } else {
            back.put(parameter, value);
        }

        turnedBack(comeBack(browser, "oidc", back), "oidc", "invalid_credentials");
        assertFalse(hasAccount());
    }

    @Test
    void aDoubledStateLeadsNowhere() {
        Map<String, String> back = ProviderStandIn.visit(setOut(browser, "oidc"), ada);

        turnedBack(
                browser.get(
                        "/auth/oauth/oidc/callback",
                        Map.of("code", back.get("code"), "state", List.of(back.get("state"), back.get("state")))),
                "oidc",
                "invalid_credentials");
    }

    @Test
    void aWayToOneProviderDoesNotEndAtAnother() {
        Map<String, String> back = ProviderStandIn.visit(setOut(browser, "google"), ada);

        turnedBack(comeBack(browser, "oidc", back), "oidc", "invalid_credentials");
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied,access_denied",
        "server_error,temporarily_unavailable",
        "temporarily_unavailable,temporarily_unavailable",
        "login_required,invalid_credentials",
        "<script>,invalid_credentials"
    })
    void whatAProviderSaysInsteadOfACodeIsTold(String error, String code) {
        String state = ProviderStandIn.visit(setOut(browser, "github"), ada).get("state");

        turnedBack(
                comeBack(
                        browser,
                        "github",
                        Map.of("error", error, "error_description", "<b>told by the provider</b>", "state", state)),
                "github",
                code);
    }

    @Test
    void whoWasRefusedKeepsNothingOfTheWay() {
        String state = ProviderStandIn.visit(setOut(browser, "google"), ada).get("state");

        comeBack(browser, "google", Map.of("error", "access_denied", "state", state))
                .then()
                .statusCode(303);

        assertTrue(
                browser.cookies().isEmpty(),
                "nothing is left: " + browser.cookies().keySet());
    }

    @Test
    void anErrorThatBelongsToNoWayIsNotBelieved() {
        turnedBack(
                comeBack(browser, "github", Map.of("error", "access_denied", "state", "guessed")),
                "github",
                "invalid_credentials");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "/\\evil.example",
                "https://evil.example",
                "javascript:alert(1)",
                "/%0d%0aSet-Cookie:x=y\r\n",
                "settings",
                "/settings#token=x"
            })
    void nobodyIsLedAwayFromTheService(String goal) {
        Problems.expectInvalid(browser.get("/auth/oauth/google/start", Map.of("return_to", goal)), "return_to");
    }

    @Test
    void theWayBackEndsWhereThePersonWantedToBe() {
        String authorization = browser.get("/auth/oauth/google/start", Map.of("return_to", "/usage?span=week"))
                .then()
                .statusCode(303)
                .extract()
                .header("Location");

        comeBack(browser, "google", ProviderStandIn.visit(authorization, ada))
                .then()
                .statusCode(303)
                .header("Location", equalTo("/usage?span=week"));
    }

    @Test
    void aProviderThatIsNotEnabledIsNotFound() {
        Problems.expect(browser.get("/auth/oauth/myspace/start"), 404, "not_found");
        Problems.expect(browser.get("/auth/oauth/myspace/callback"), 404, "not_found");
    }

    @Test
    void aForgedCookieOfTheLibraryIsNoSession() {
        browser.cookies().put("q_session_google", "eyJhbGciOiJub25lIn0.e30.");
        browser.cookies().put("q_session", "eyJhbGciOiJub25lIn0.e30.");

        Problems.expect(browser.get("/auth/session"), 401, "invalid_session");
        browser.cookies().put("q_session_google_chunk_1", "eyJhbGciOiJub25lIn0.e30.");
        signedIn(browser, "google", ada);
        browser.get("/auth/account").then().body("user.email", equalTo(email));
    }

    @Test
    void providersAreConnectedAndDisconnectedButForTheLastWayIn() {
        signedIn(browser, "google", ada);
        Person atGitHub = Person.of(Visitor.newEmail());

        connect(browser, "github", atGitHub).then().statusCode(303).header("Location", equalTo("/settings/security"));
        SmtpServer.await(email, "GitHub was connected to your account");
        Browser elsewhere = Browser.somewhere();
        signedIn(elsewhere, "github", atGitHub);
        assertEquals(accountOf(browser), accountOf(elsewhere));
        List<String> ids = browser.get("/auth/identities")
                .then()
                .body("identities.provider", contains("google", "github"))
                .body("identities[1].label", equalTo("ada-" + atGitHub.subject()))
                .extract()
                .path("identities.identity_id");

        browser.delete("/auth/identities/" + ids.get(1)).then().statusCode(204);
        SmtpServer.await(email, "GitHub was disconnected from your account");
        Problems.expect(browser.delete("/auth/identities/" + ids.get(1)), 404, "not_found");
        Problems.expect(browser.delete("/auth/identities/" + ids.get(0)), 409, "conflict");
        browser.get("/auth/identities").then().body("identities.provider", contains("google"));
        signedIn(Browser.somewhere(), "google", ada);
    }

    @Test
    void whoHasAPasswordDisconnectsTheirOnlyProvider() {
        Visitor.somewhere().withAccount(email);
        browser.post("/auth/login", "{\"email\": \"%s\", \"password\": \"%s\"}".formatted(email, Visitor.PASSWORD));
        connect(browser, "oidc", ada).then().header("Location", equalTo("/settings/security"));
        String id = browser.get("/auth/identities").then().extract().path("identities[0].identity_id");

        browser.delete("/auth/identities/" + id).then().statusCode(204);

        signIn(Browser.somewhere(), "oidc", ada).then().header("Location", containsString("/join"));
    }

    @Test
    void anIdentityIsOnePersonsAndAPersonHasOneWithEachProvider() {
        signedIn(browser, "google", ada);
        Browser other = Browser.somewhere();
        signedIn(other, "github", Person.of(Visitor.newEmail()));

        connect(other, "google", ada)
                .then()
                .statusCode(303)
                .header("Location", equalTo("/settings/security?error=conflict&provider=google"));
        connect(browser, "google", Person.of(Visitor.newEmail()))
                .then()
                .header("Location", equalTo("/settings/security?error=conflict&provider=google"));
        connect(other, "oidc", Person.of(Visitor.newEmail()).unverified())
                .then()
                .header("Location", equalTo("/settings/security?error=email_not_verified&provider=oidc"));

        other.get("/auth/identities").then().body("identities.provider", contains("github"));
        browser.get("/auth/identities").then().body("identities.provider", contains("google"));
    }

    @Test
    void nobodyTouchesAnotherOnesIdentities() {
        signedIn(browser, "google", ada);
        String id = browser.get("/auth/identities").then().extract().path("identities[0].identity_id");
        Browser other = Browser.somewhere();
        signedIn(other, "google", Person.of(Visitor.newEmail()));

        Problems.expect(other.delete("/auth/identities/" + id), 404, "not_found");
        Problems.expect(other.delete("/auth/identities/idn_00000000000000000000000000"), 404, "not_found");
        Problems.expect(other.delete("/auth/identities/%00"), 404, "not_found");
        Problems.expect(Browser.somewhere().delete("/auth/identities/" + id), 401, "invalid_session");
        Problems.expect(Api.admin().request().get("/auth/identities"), 403, "insufficient_permissions");
        signedIn(Browser.somewhere(), "google", ada);
    }

    @Test
    void aPageOfAnotherSiteConnectsNothing() {
        signedIn(browser, "google", ada);
        Browser foreign = browser.copy();

        Problems.expect(
                io.restassured.RestAssured.given()
                        .header("Sec-Fetch-Site", "cross-site")
                        .contentType("application/json")
                        .cookies(foreign.cookies())
                        .body("{\"return_to\": \"/settings/security\"}")
                        .post("/auth/oauth/github/connect"),
                403,
                "cross_site_request");
        Problems.expect(
                Browser.somewhere().post("/auth/oauth/github/connect", "{\"return_to\": \"/\"}"),
                401,
                "invalid_session");
        Problems.expectInvalid(
                browser.post("/auth/oauth/github/connect", "{\"return_to\": \"https://evil.example\"}"), "return_to");
    }

    @Test
    void aWayThatBeganInASessionEndsInThatOneOnly() {
        signedIn(browser, "google", ada);
        String authorization = browser.post("/auth/oauth/github/connect", "{\"return_to\": \"/settings/security\"}")
                .then()
                .extract()
                .path("authorization_url");
        Map<String, String> back = ProviderStandIn.visit(authorization, Person.of(Visitor.newEmail()));
        Browser other = Browser.somewhere();
        signedIn(other, "google", Person.of(Visitor.newEmail()));
        browser.cookies().put("plexe_session", other.cookies().get("plexe_session"));

        comeBack(browser, "github", back)
                .then()
                .statusCode(303)
                .header("Location", equalTo("/settings/security?error=invalid_session&provider=github"));

        other.get("/auth/identities").then().body("identities.provider", contains("google"));
    }

    @Test
    void aProviderProvesOnceMoreWhoItIs() {
        signedIn(browser, "oidc", ada.with(Twist.OLD_LOGIN));
        String before = browser.get("/auth/session").then().extract().path("authenticated_at");

        String authorization = browser.post("/auth/oauth/oidc/reauthenticate", "{\"return_to\": \"/proved\"}")
                .then()
                .statusCode(200)
                .body("authorization_url", containsString("prompt=login"))
                .body("authorization_url", containsString("max_age=0"))
                .extract()
                .path("authorization_url");
        comeBack(browser, "oidc", ProviderStandIn.visit(authorization, ada))
                .then()
                .statusCode(303)
                .header("Location", equalTo("/proved"));

        String after = browser.get("/auth/session").then().extract().path("authenticated_at");
        assertNotEquals(before, after);
    }

    /** Whoever finds a browser that is signed in at the provider has proved nothing by a click. */
    @ParameterizedTest
    @EnumSource(
            value = Twist.class,
            names = {"OLD_LOGIN", "NO_LOGIN_TIME"})
    void anOldSignInAtTheProviderIsAnOldProof(Twist twist) {
        String key = "{\"name\": \"sensitive\", \"permission_level\": \"admin\"}";
        assertEquals(
                "43200",
                ProviderStandIn.parameters(URI.create(setOut(browser, "oidc")).getRawQuery())
                        .get("max_age"));
        signedIn(browser, "oidc", ada.with(twist));

        Problems.expect(browser.post("/auth/api-keys", key), 403, "reauthentication_required");
        reauthenticate(browser, "oidc", ada.with(twist))
                .then()
                .header("Location", equalTo("/proved?error=invalid_credentials&provider=oidc"));
        Problems.expect(browser.post("/auth/api-keys", key), 403, "reauthentication_required");

        reauthenticate(browser, "oidc", ada).then().header("Location", equalTo("/proved"));
        browser.post("/auth/api-keys", key).then().statusCode(200);
    }

    @Test
    void nobodyElseProvesItAndNoOldSignInDoes() {
        signedIn(browser, "oidc", ada);
        String before = browser.get("/auth/session").then().extract().path("authenticated_at");

        reauthenticate(browser, "oidc", Person.of(Visitor.newEmail()))
                .then()
                .header("Location", equalTo("/proved?error=invalid_credentials&provider=oidc"));
        reauthenticate(browser, "oidc", ada.with(Twist.OLD_LOGIN))
                .then()
                .header("Location", equalTo("/proved?error=invalid_credentials&provider=oidc"));

        browser.get("/auth/session").then().body("authenticated_at", equalTo(before));
        browser.get("/auth/account").then().body("user.email", equalTo(email));
    }

    @Test
    void googleAndGitHubAreAskedToLetThePersonChoose() {
        for (String provider : List.of("google", "github")) {
            Browser each = Browser.somewhere();
            signedIn(each, provider, Person.of(Visitor.newEmail()));
            each.post("/auth/oauth/" + provider + "/reauthenticate", "{\"return_to\": \"/proved\"}")
                    .then()
                    .body("authorization_url", containsString("prompt=select_account"));
        }
    }

    @Test
    void whoHasNoPasswordGetsOneByAMailedLink() {
        signedIn(browser, "google", ada);

        Visitor.somewhere()
                .post("/auth/password/forgot", "{\"email\": \"%s\"}".formatted(email))
                .then()
                .statusCode(202);
        String token = SmtpServer.await(email, "Set a new password").token();
        browser.post(
                        "/auth/password/reset",
                        "{\"token\": \"%s\", \"new_password\": \"%s\"}".formatted(token, Visitor.PASSWORD))
                .then()
                .statusCode(200);

        Visitor.somewhere().signIn(email, Visitor.PASSWORD).then().statusCode(200);
        browser.get("/auth/identities").then().body("has_password", equalTo(true));
        assertTrue(
                SmtpServer.await(email, "Your password was changed").text().contains("sign in to it with Google too"));
    }

    @Test
    void aDeletedAccountTakesItsIdentitiesAlong() {
        signedIn(browser, "google", ada);
        String account = accountOf(browser);

        io.restassured.RestAssured.given()
                .header("Sec-Fetch-Site", "same-origin")
                .contentType("application/json")
                .cookies(browser.cookies())
                .body("{\"confirm\": \"%s\"}".formatted(email))
                .delete("/auth/account")
                .then()
                .statusCode(204);

        Browser later = Browser.somewhere();
        signedIn(later, "google", ada);
        assertNotEquals(account, accountOf(later));
    }

    @Test
    void theLogTellsWhoConnectedWhatAndWhoCouldNot() {
        signedIn(browser, "google", ada);
        connect(browser, "github", ada).then().header("Location", equalTo("/settings/security"));
        connect(browser, "github", Person.of(Visitor.newEmail())).then().statusCode(303);
        String key = browser.post("/auth/api-keys", "{\"name\": \"audit\", \"permission_level\": \"admin\"}")
                .then()
                .extract()
                .path("key");

        List<AccessLogs.Entry> entries =
                new AccessLogs(new Api(0, key)).await(Map.of("event", "identity.connect"), found -> found.size() == 2);

        assertTrue(entries.get(0).is("identity.connect", "conflict"));
        assertTrue(entries.get(1).is("identity.connect", "ok"));
        assertEquals("/auth/oauth/github/callback", entries.get(1).text("path"));
        new AccessLogs(new Api(0, key)).await(Map.of("event", "signup"), found -> found.size() == 1);
        new AccessLogs(new Api(0, key)).await(Map.of("event", "login"), found -> found.size() == 1);
    }

    @Test
    void stepsAreLimitedPerAddress() {
        IntStream.range(0, 120)
                .forEach(i -> browser.get("/auth/oauth/github/start")
                        .then()
                        .header("Location", containsString("/login/oauth/authorize")));

        turnedBack(browser.get("/auth/oauth/github/start"), "github", "rate_limit_exceeded");
        setOut(Browser.somewhere(), "github");
    }
}
