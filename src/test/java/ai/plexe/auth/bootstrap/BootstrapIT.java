package ai.plexe.auth.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.local.LocalServers;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Instance;
import ai.plexe.auth.testing.Problems;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The first account is made once, whoever starts first, and a wrong setting stops the start. */
class BootstrapIT {

    private static LocalServers servers;

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
                "PLEXE_REDIS_URL", servers.redisUrl().toString()));
        for (int i = 0; i < settings.length; i += 2) {
            environment.put(settings[i], settings[i + 1]);
        }
        return environment;
    }

    @Test
    void instancesThatStartTogetherMakeOneAccount() throws Exception {
        Map<String, String> environment = environment(
                "PLEXE_BOOTSTRAP_EMAIL", "owner@example.org",
                "PLEXE_BOOTSTRAP_PASSWORD", "correct horse battery",
                "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey());
        try (Instance one = Instance.launch(environment);
                Instance two = Instance.launch(environment)) {
            one.awaitReady();
            two.awaitReady();

            one.as(Backends.adminKey()).models().then().statusCode(200);
            two.as(Backends.adminKey()).models().then().statusCode(200);
        }
        assertEquals("1 1 1 $argon2id$", counts());

        try (Instance later = Instance.start(environment("PLEXE_BOOTSTRAP_API_KEY", Api.unknownKey()))) {
            later.as(Backends.adminKey()).models().then().statusCode(200);
        }
        assertEquals("1 1 1 $argon2id$", counts());
    }

    @Test
    void aMalformedKeyStopsTheStartAndIsNotRepeated() throws Exception {
        String malformed = Api.unknownKey().substring(0, 50) + "000000";

        String log = logOfRefusedStart("PLEXE_BOOTSTRAP_API_KEY", malformed);

        assertTrue(log.contains("PLEXE_BOOTSTRAP_API_KEY is not an API key"), log);
        assertFalse(log.contains(malformed));
    }

    @Test
    void aShortPasswordStopsTheStartAndIsNotRepeated() throws Exception {
        String log = logOfRefusedStart(
                "PLEXE_BOOTSTRAP_EMAIL", "owner@example.org", "PLEXE_BOOTSTRAP_PASSWORD", "elevenchars");

        assertTrue(log.contains("PLEXE_BOOTSTRAP_PASSWORD needs at least 12 characters"), log);
        assertFalse(log.contains("elevenchars"));
    }

    @Test
    void aPasswordThatAnybodyWouldTryStopsTheStart() throws Exception {
        String log = logOfRefusedStart(
                "PLEXE_BOOTSTRAP_EMAIL", "owner@example.org", "PLEXE_BOOTSTRAP_PASSWORD", "PasswordPassword");

        assertTrue(log.contains("PLEXE_BOOTSTRAP_PASSWORD is one of the commonest leaked passwords"), log);
        assertFalse(log.contains("PasswordPassword"));
    }

    @Test
    void anAddressThatNobodyCouldSignInWithStopsTheStart() throws Exception {
        String log = logOfRefusedStart(
                "PLEXE_BOOTSTRAP_EMAIL", "owner", "PLEXE_BOOTSTRAP_PASSWORD", "correct horse battery");

        assertTrue(log.contains("PLEXE_BOOTSTRAP_EMAIL is not an e-mail address"), log);
    }

    @Test
    void aPasswordHashThatCostsTooLittleStopsTheStart() throws Exception {
        String weak = logOfRefusedStart("PLEXE_PASSWORD_MEMORY", "8M");
        assertTrue(weak.contains("PLEXE_PASSWORD_MEMORY times PLEXE_PASSWORD_PASSES must be 35M at least"), weak);

        String absurd = logOfRefusedStart("PLEXE_PASSWORD_MEMORY", "2G");
        assertTrue(absurd.contains("PLEXE_PASSWORD_MEMORY must be from 7M to 256M"), absurd);
    }

    @Test
    void aMalformedLimitOrNetworkStopsTheStart() throws Exception {
        String limit = logOfRefusedStart("PLEXE_RATE_LIMIT", "lots");
        assertTrue(limit.contains("plexe.rate-limit") && limit.contains("such as 1000/1m"), limit);

        String network = logOfRefusedStart("PLEXE_TRUSTED_PROXIES", "10.0.0.1/8");
        assertTrue(network.contains("has bits set behind its prefix length"), network);
    }

    @Test
    void aProviderThatIsHalfSetOrCouldBeAnybodyStopsTheStart() throws Exception {
        String half = logOfRefusedStart("PLEXE_GITHUB_CLIENT_SECRET", "a secret of GitHub's");
        assertTrue(half.contains("PLEXE_GITHUB_CLIENT_ID must be set, for PLEXE_GITHUB_CLIENT_SECRET is"), half);
        assertFalse(half.contains("a secret of GitHub's"));

        String nowhere =
                logOfRefusedStart("PLEXE_OIDC_CLIENT_ID", "us", "PLEXE_OIDC_CLIENT_SECRET", "a secret of theirs");
        assertTrue(nowhere.contains("PLEXE_OIDC_ISSUER must be set, for PLEXE_OIDC_CLIENT_ID is"), nowhere);

        String plain = logOfRefusedStart(
                "PLEXE_OIDC_CLIENT_ID",
                "us",
                "PLEXE_OIDC_CLIENT_SECRET",
                "a secret of theirs",
                "PLEXE_OIDC_ISSUER",
                "http://id.example.com");
        assertTrue(plain.contains("PLEXE_OIDC_ISSUER must be a URL that begins with https://"), plain);
        assertFalse(plain.contains("a secret of theirs"));
    }

    @Test
    void withoutATrustedProxyNoForwardedAddressIsBelieved() throws Exception {
        try (LocalServers fresh = LocalServers.startFresh();
                Instance service = Instance.start(Map.of(
                        "PLEXE_DATABASE_URL", fresh.databaseUrl().toString(),
                        "PLEXE_REDIS_URL", fresh.redisUrl().toString(),
                        "PLEXE_BOOTSTRAP_API_KEY", Backends.adminKey()))) {
            Api admin = service.as(Backends.adminKey());
            Api fenced = admin.as(
                    admin.key("read_only", ", \"allowed_ips\": [\"192.0.2.1\"]").secret());

            Problems.expect(fenced.from("192.0.2.1").get("/models"), 403, "ip_not_allowed");
        }
    }

    private static String logOfRefusedStart(String... settings) throws Exception {
        try (Instance refused = Instance.launch(environment(settings))) {
            assertTrue(refused.process().waitFor(60, TimeUnit.SECONDS), refused::log);
            assertNotEquals(0, refused.process().exitValue());
            return refused.log();
        }
    }

    /** Accounts, owners, keys, and how the owner's password is kept. */
    private static String counts() throws Exception {
        try (var database = Backends.connect(servers.databaseUrl());
                var row = database.createStatement()
                        .executeQuery(
                                "SELECT (SELECT count(*) FROM account) || ' ' || (SELECT count(*) FROM account_user)"
                                        + " || ' ' || (SELECT count(*) FROM api_key) || ' ' ||"
                                        + " (SELECT left(password_hash, 10) FROM account_user)")) {
            row.next();
            return row.getString(1);
        }
    }
}
