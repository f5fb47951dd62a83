package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.ratelimit.RateLimit;
import ai.plexe.auth.redis.RedisScript;
import ai.plexe.auth.redis.RedisScripts;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How often anybody may ask for what costs a hash or a mail. Owns the keys {@code plexe:1:request:…}. Event loops only.
 */
@ApplicationScoped
class RequestLimits {

    private static final String ONE = "1";

    private final RedisScripts redis;
    private final RedisScript script = RedisScript.load("limited_attempts", "sliding_window");
    private final AccountConfig config;
    private final Clock clock;

    RequestLimits(RedisScripts redis, AccountConfig config, Clock clock) {
        this.redis = redis;
        this.config = config;
        this.clock = clock;
    }

    /** Counts a sign-up, or fails with {@code rate_limit_exceeded}. */
    Uni<Void> admitSignUp(Client client) {
        return admit("sign-up", address(client), config.signUpLimit());
    }

    /** Counts a forgotten password, or fails with {@code rate_limit_exceeded}. */
    Uni<Void> admitForgotten(Client client) {
        return admit("forgot", address(client), config.passwordForgotLimit());
    }

    /** Counts a try of a mailed link, or fails with {@code rate_limit_exceeded}: guessing costs nobody a look-up. */
    Uni<Void> admitLink(Client client) {
        return admit("link", address(client), config.mailLinkLimit());
    }

    /** Counts a try to change the password, before its hash is computed, or fails with {@code rate_limit_exceeded}. */
    Uni<Void> admitPasswordChange(String userId) {
        return admit("password", userId, config.passwordChangeLimit());
    }

    /** Counts a step of signing in with a provider, which may cost a request to it, or fails with {@code rate_limit_exceeded}. */
    Uni<Void> admitFederated(Client client) {
        return admit("oauth", address(client), config.oauthLimit());
    }

    /** Counts a sign-up's mail, and whether it may be sent: nobody's mailbox is flooded. */
    Uni<Boolean> mayMailOfSignUp(String email) {
        return mayMail("sign-up", email);
    }

    /** The same of the link to a new password, so that no other mail can use it up. */
    Uni<Boolean> mayMailReset(String email) {
        return mayMail("reset", email);
    }

    /** The same of the link that verifies an address, sent again. */
    Uni<Boolean> mayMailVerification(String email) {
        return mayMail("verification", email);
    }

    /** The same of the link to an address that somebody wants. */
    Uni<Boolean> mayMailChange(String newEmail) {
        return mayMail("change", newEmail);
    }

    /** The same of the link that proves an account to which a provider is to be connected. */
    Uni<Boolean> mayMailJoin(String email) {
        return mayMail("join", email);
    }

    /** The same of what is told of a new device. */
    Uni<Boolean> mayTellOfDevice(String email) {
        return mayMail("device", email);
    }

    private Uni<Boolean> mayMail(String what, String email) {
        return delay("mail:" + what, SignInName.digest(email), config.mailLimit())
                .map(Duration::isZero);
    }

    /** Counts a change of address that a person asks for, or fails with {@code rate_limit_exceeded}. */
    Uni<Void> admitEmailChange(String userId) {
        return admit("change", userId, config.mailLimit());
    }

    private Uni<Void> admit(String what, String who, RateLimit limit) {
        return delay(what, who, limit)
                .invoke(delay -> {
                    if (!delay.isZero()) {
                        throw ProblemException.rateLimited(
                                "Too many requests of this kind; try again later.",
                                clock.instant().plus(delay).truncatedTo(ChronoUnit.MILLIS),
                                delay);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Duration> delay(String what, String who, RateLimit limit) {
        return redis.run(
                        script,
                        "plexe:1:request:" + what + ":{" + who + "}",
                        ascii(String.valueOf(limit.requests())),
                        ascii(String.valueOf(limit.window().toMillis())),
                        ascii(ONE))
                .map(answer -> Duration.ofMillis(answer.toLong()))
                .onFailure()
                .transform(failure -> ProblemException.unavailable("Limits can't be checked just now.", failure));
    }

    private static String address(Client client) {
        return client.address() == null ? "none" : client.address().limitedAs();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
