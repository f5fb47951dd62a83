package ai.plexe.auth.session;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Forger;
import ai.plexe.auth.testing.Problems;
import ai.plexe.auth.testing.SmtpServer;
import ai.plexe.auth.testing.Visitor;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.HmacKey;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session lets its person in, wherever a key would, and nobody else. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
@WithTestResource(value = SmtpServer.class, scope = TestResourceScope.GLOBAL)
class SessionTest {

    private static final String ISSUER = "http://localhost:8080";

    private String email;
    private Visitor ada;

    @BeforeEach
    void signIn() {
        email = Visitor.newEmail();
        ada = Visitor.somewhere().withAccount(email);
    }

    private static RequestSpecification bearer(String token) {
        return given().header("Authorization", "Bearer " + token).contentType(ContentType.JSON);
    }

    private RequestSpecification cookie() {
        return given().header("Cookie", "theme=dark; plexe_session=" + ada.token())
                .contentType(ContentType.JSON);
    }

    private JwtClaims claims() throws Exception {
        String payload = ada.token().split("\\.")[1];
        return JwtClaims.parse(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8));
    }

    @Test
    void aSessionWorksWhereverAKeyDoes() {
        bearer(ada.token()).get("/models").then().statusCode(200);
        bearer(ada.token()).body("{\"name\": \"m\"}").post("/models").then().statusCode(201);
        String key = bearer(ada.token())
                .body("{\"name\": \"x\", \"permission_level\": \"admin\"}")
                .post("/auth/api-keys")
                .then()
                .statusCode(200)
                .extract()
                .path("key_id");
        bearer(ada.token()).get("/auth/api-keys").then().statusCode(200).body("keys.key_id", hasItem(key));
        bearer(ada.token())
                .body("{}")
                .post("/auth/api-keys/" + key + "/rotate")
                .then()
                .statusCode(200);
        bearer(ada.token()).delete("/auth/api-keys/" + key).then().statusCode(200);
        bearer(ada.token())
                .get("/auth/verify?level=admin")
                .then()
                .statusCode(200)
                .header(
                        "X-Auth-User-Id",
                        equalTo(bearer(ada.token()).get("/auth/session").path("user_id")))
                .header("X-Auth-Permission-Level", "admin")
                .header("X-Auth-Key-Id", nullValue());
        cookie().get("/auth/verify").then().statusCode(200);
    }

    @Test
    void itTellsWhoseItIs() {
        bearer(ada.token())
                .get("/auth/session")
                .then()
                .statusCode(200)
                .body("role", equalTo("owner"))
                .body("permission_level", equalTo("admin"))
                .body("session_id", startsWith("ses_"));
        Problems.expect(Api.admin().request().get("/auth/session"), 403, "insufficient_permissions");
        Problems.expect(Api.admin().request().get("/auth/sessions"), 403, "insufficient_permissions");
    }

    @Test
    void aRequestWithAKeyAndASessionIsJudgedByItsKey() {
        Problems.expect(
                bearer(ada.token()).header("x-api-key", Api.unknownKey()).get("/models"), 401, "invalid_key");
        bearer("nonsense")
                .header("x-api-key", Backends.adminKey())
                .get("/models")
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "plx_sk_x"})
    void whatIsNoTokenIsNoSession(String token) {
        Problems.expect(bearer(token).get("/models"), 401, "invalid_session")
                .header("WWW-Authenticate", containsString("Bearer"));
    }

    /** In its header, which anybody can write. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'alg':'ES256','kid':1}",
                "{'alg':'ES256','kid':null}",
                "{'alg':'ES256','kid':['%s']}",
                "{'alg':'ES256','kid':{'%s':true}}",
                "{'alg':1,'kid':'%s'}",
                "{'alg':['ES256'],'kid':'%s'}",
                "{'alg':'ES256','kid':'%s','crit':'exp'}",
                "{'alg':'ES256','kid':'%s','crit':[1]}",
                "{'alg':'ES256','kid':'%s','typ':{}}",
                "{'alg':'ES256','kid':'%s','b64':'no'}"
            })
    void whatIsOfAnotherTypeThanItShouldIsNoToken(String header) throws Exception {
        String json = header.formatted(Forger.ofService().kid()).replace('\'', '"');
        String[] parts = ada.token().split("\\.");
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8))
                + "." + parts[1] + "." + parts[2];

        Problems.expect(bearer(token).get("/models"), 401, "invalid_session");
        Problems.expect(bearer(token).get("/auth/verify"), 401, "invalid_session");
        bearer(token).post("/auth/logout").then().statusCode(204);
    }

    @Test
    void aTokenOfAnySizeIsAnswered() {
        Problems.expect(bearer("e".repeat(8000)).get("/models"), 401, "invalid_session");
    }

    @Test
    void twoBearerTokensAreNone() {
        Problems.expect(
                given().header("Authorization", "Bearer " + ada.token(), "Bearer " + ada.token())
                        .get("/models"),
                401,
                "invalid_session");
    }

    @Test
    void aTokenThatWasTamperedWithIsRefused() throws Exception {
        String[] parts = ada.token().split("\\.");
        String other = parts[2].startsWith("A") ? "B" : "A";
        Problems.expect(
                bearer(parts[0] + "." + parts[1] + "." + other + parts[2].substring(1))
                        .get("/models"),
                401,
                "invalid_session");

        JwtClaims claims = claims();
        claims.setClaim("role", "admin");
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.toJson().getBytes(StandardCharsets.UTF_8));
        Problems.expect(bearer(parts[0] + "." + payload + "." + parts[2]).get("/models"), 401, "invalid_session");
    }

    @Test
    void otherAlgorithmsAreRefused() throws Exception {
        Forger forger = Forger.ofService();
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        ("{\"alg\":\"none\",\"kid\":\"" + forger.kid() + "\"}").getBytes(StandardCharsets.UTF_8));
        Problems.expect(bearer(none + "." + ada.token().split("\\.")[1] + ".").get("/models"), 401, "invalid_session");

        JsonWebSignature hmac = new JsonWebSignature();
        hmac.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        hmac.setKeyIdHeaderValue(forger.kid());
        hmac.setKey(new HmacKey(
                new JsonWebKeySet(given().get("/.well-known/jwks.json").asString())
                        .getJsonWebKeys()
                        .get(0)
                        .getKey()
                        .getEncoded()));
        hmac.setPayload(claims().toJson());
        Problems.expect(bearer(hmac.getCompactSerialization()).get("/models"), 401, "invalid_session");
    }

    @Test
    void evenASignedTokenMustBeForThisServiceAndNow() throws Exception {
        Forger forger = Forger.ofService();
        bearer(forger.sign(claims())).get("/models").then().statusCode(200);

        JwtClaims issuer = claims();
        issuer.setIssuer("https://elsewhere.example.org");
        Problems.expect(bearer(forger.sign(issuer)).get("/models"), 401, "invalid_session");
        JwtClaims audience = claims();
        audience.setAudience("https://elsewhere.example.org");
        Problems.expect(bearer(forger.sign(audience)).get("/models"), 401, "invalid_session");
        JwtClaims future = claims();
        future.setIssuedAt(NumericDate.fromSeconds(NumericDate.now().getValue() + 600));
        Problems.expect(bearer(forger.sign(future)).get("/models"), 401, "invalid_session");
        JwtClaims expired = claims();
        expired.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 1));
        Problems.expect(bearer(forger.sign(expired)).get("/models"), 401, "session_expired");
        Problems.expect(bearer(forger.sign(claims(), "sig_unknown")).get("/models"), 401, "invalid_session");
        JwtClaims otherSession = claims();
        otherSession.setClaim("sid", "ses_01jd8y2v9rk3d6t0w5m8q4zx7c");
        Problems.expect(bearer(forger.sign(otherSession)).get("/models"), 401, "invalid_session");
        JwtClaims otherUser = claims();
        otherUser.setSubject("usr_01jd8y2v9rk3d6t0w5m8q4zx7c");
        Problems.expect(bearer(forger.sign(otherUser)).get("/models"), 401, "invalid_session");
        JwtClaims endless = claims();
        endless.unsetClaim("exp");
        Problems.expect(bearer(forger.sign(endless)).get("/models"), 401, "invalid_session");
        JwtClaims nameless = claims();
        nameless.unsetClaim("sid");
        Problems.expect(bearer(forger.sign(nameless)).get("/models"), 401, "invalid_session");
    }

    @Test
    void anyStockLibraryVerifiesATokenOffline() throws Exception {
        Response published = given().get("/.well-known/jwks.json");
        published.then().statusCode(200);
        assertEquals(List.of("public, max-age=300"), published.headers().getValues("Cache-Control"));
        published.then().body("keys[0].d", nullValue());
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKeyResolver(
                        new JwksVerificationKeyResolver(new JsonWebKeySet(published.asString()).getJsonWebKeys()))
                .setExpectedIssuer(ISSUER)
                .setExpectedAudience(ISSUER)
                .setRequireExpirationTime()
                .setRequireSubject()
                .build();

        JwtClaims verified = consumer.processToClaims(ada.token());

        assertEquals(bearer(ada.token()).get("/auth/session").path("user_id"), verified.getSubject());
        assertEquals("owner", verified.getStringClaimValue("role"));
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Origin, https://evil.example.org",
        "Origin, null",
        "Origin, http://localhost.evil.example.org",
        "X-Nothing, said"
    })
    void aCookieChangesNothingAtAnotherSitesBidding(String header, String value) {
        Problems.expect(
                cookie().header(header, value).body("{\"name\": \"m\"}").post("/models"), 403, "cross_site_request");
        Problems.expect(cookie().header(header, value).post("/auth/logout"), 403, "cross_site_request");
        Problems.expect(
                cookie().header(header, value)
                        .header("X-Forwarded-Method", "POST")
                        .get("/auth/verify"),
                403,
                "cross_site_request");
        cookie().header(header, value).get("/models").then().statusCode(200).body("", hasSize(0));
    }

    @ParameterizedTest
    @CsvSource({"Sec-Fetch-Site, same-origin", "Sec-Fetch-Site, none", "Origin, http://localhost:8080"})
    void aCookieServesThePagesOfTheService(String header, String value) {
        cookie().header(header, value)
                .body("{\"name\": \"m\"}")
                .post("/models")
                .then()
                .statusCode(201);
    }

    @Test
    void twoCookiesThatDifferAreNone() {
        Problems.expect(
                given().header("Cookie", "plexe_session=" + ada.token() + "; plexe_session=other")
                        .get("/models"),
                401,
                "invalid_session");
    }

    @Test
    void aCookieIsNoUseAfterSignOut() {
        cookie().header("Sec-Fetch-Site", "same-origin")
                .post("/auth/logout")
                .then()
                .statusCode(204)
                .header("Set-Cookie", containsString("plexe_session=; Max-Age=0"));

        Problems.expect(cookie().get("/models"), 401, "invalid_session");
        Problems.expect(bearer(ada.token()).get("/auth/session"), 401, "invalid_session");
        bearer(ada.token()).post("/auth/logout").then().statusCode(204);
        bearer("nonsense").post("/auth/logout").then().statusCode(204);
        given().post("/auth/logout").then().statusCode(204);
    }

    @Test
    void peopleSeeAndEndTheirOwnSessionsOnly() {
        Visitor phone = ada.signedIn(email, Visitor.PASSWORD);
        Visitor other = Visitor.somewhere().withAccount(Visitor.newEmail());
        String own = bearer(ada.token()).get("/auth/session").path("session_id");
        String second = bearer(phone.token()).get("/auth/session").path("session_id");
        String theirs = bearer(other.token()).get("/auth/session").path("session_id");

        bearer(ada.token())
                .get("/auth/sessions")
                .then()
                .statusCode(200)
                .body("sessions.session_id", hasItem(own))
                .body("sessions.session_id", hasItem(second))
                .body("sessions.session_id", not(hasItem(theirs)))
                .body("sessions.find { it.current }.session_id", equalTo(own));
        Problems.expect(bearer(ada.token()).delete("/auth/sessions/" + theirs), 404, "not_found");
        Problems.expect(bearer(ada.token()).delete("/auth/sessions/nonsense"), 404, "not_found");
        Problems.expect(
                bearer(ada.token()).urlEncodingEnabled(false).delete("/auth/sessions/ses_%00%27"), 404, "not_found");
        bearer(other.token()).get("/models").then().statusCode(200);

        bearer(ada.token()).delete("/auth/sessions/" + second).then().statusCode(204);
        Problems.expect(bearer(phone.token()).get("/models"), 401, "invalid_session");
        bearer(ada.token()).delete("/auth/sessions/" + second).then().statusCode(204);

        Visitor tablet = ada.signedIn(email, Visitor.PASSWORD);
        bearer(ada.token()).delete("/auth/sessions").then().statusCode(204);
        Problems.expect(bearer(tablet.token()).get("/models"), 401, "invalid_session");
        bearer(ada.token())
                .get("/auth/sessions?limit=1")
                .then()
                .statusCode(200)
                .body("sessions.session_id", equalTo(List.of(own)))
                .body("next_cursor", nullValue());
    }

    @Test
    void ofMoreThanAHundredSessionsTheOldestEnds() {
        Visitor second = Visitor.somewhere().signedIn(email, Visitor.PASSWORD);
        for (int i = 2; i < 100; i++) {
            Visitor.somewhere().signedIn(email, Visitor.PASSWORD);
        }
        bearer(ada.token()).get("/auth/session").then().statusCode(200);

        Visitor.somewhere().signedIn(email, Visitor.PASSWORD);

        Problems.expect(bearer(ada.token()).get("/auth/session"), 401, "invalid_session");
        bearer(second.token()).get("/auth/session").then().statusCode(200);
    }

    @Test
    void onlyTheOperatorRotatesTheSigningKeys() {
        Problems.expect(
                bearer(ada.token()).body("{}").post("/auth/signing-keys/rotate"), 403, "insufficient_permissions");
        Problems.expect(
                Api.ofNewAccount().request().body("{}").post("/auth/signing-keys/rotate"),
                403,
                "insufficient_permissions");
    }
}
