package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.accesslog.Event;
import ai.plexe.auth.accesslog.KeyAlert;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The mails that people get. Each is sent in the background, so that no answer tells by its time whether there was one; one
 * that can't be delivered is tried again and then logged, without its links. Nothing that a stranger could have written
 * is repeated in a mail to an address that is not known to be theirs. Any thread.
 */
@ApplicationScoped
class Mails {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** What a name looks like; anything else could be a link or a message. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{M}' -]{1,60}");

    private static final String FORGOT_PAGE = "/forgot-password";

    private final Outbox outbox;
    private final MailLinks links;
    private final MailLinkConfig lifetimes;
    private final Clock clock;

    Mails(Outbox outbox, MailLinks links, MailLinkConfig lifetimes, Clock clock) {
        this.outbox = outbox;
        this.links = links;
        this.lifetimes = lifetimes;
        this.clock = clock;
    }

    /** To an address that somebody signed up with: the link that proves it theirs. */
    void verifyEmail(String email, URI link) {
        String lifetime = words(lifetimes.verifyEmailTtl());
        send(
                "verify-email",
                email,
                "Confirm your e-mail address",
                () -> MailTemplates.verifyEmail(link.toString(), lifetime));
    }

    /** To somebody who has an account, when their address was used for another. */
    void signUpAttempted(String email, String name) {
        send(
                "sign-up-attempted",
                email,
                "You already have a Plexe account",
                () -> MailTemplates.signUpAttempted(greeting(name), forgotPage()));
    }

    /** The link that sets a new password. */
    void resetPassword(String email, String name, URI link) {
        String lifetime = words(lifetimes.resetPasswordTtl());
        send(
                "reset-password",
                email,
                "Set a new password",
                () -> MailTemplates.resetPassword(greeting(name), link.toString(), lifetime));
    }

    /** To the new address of somebody who wants to change theirs: the link that does it. */
    void confirmEmail(String newEmail, URI link) {
        String lifetime = words(lifetimes.changeEmailTtl());
        send(
                "confirm-email",
                newEmail,
                "Confirm your new e-mail address",
                () -> MailTemplates.confirmEmail(link.toString(), lifetime));
    }

    /** To the present address of somebody who wants to change it. */
    void emailChangeAsked(String email, String name, String newEmail) {
        send(
                "email-change-asked",
                email,
                "Your e-mail address is about to change",
                () -> MailTemplates.emailChangeAsked(greeting(name), newEmail, forgotPage()));
    }

    /** To the address that somebody had until now. */
    void emailChanged(String oldEmail, String name, String newEmail) {
        send(
                "email-changed",
                oldEmail,
                "Your e-mail address was changed",
                () -> MailTemplates.emailChanged(greeting(name), newEmail));
    }

    /**
     * The password was changed, or set by a mailed link.
     *
     * @param providers what one can sign in with all the same
     */
    void passwordChanged(String email, String name, List<String> providers, Client client) {
        String now = now();
        String others = String.join(", ", providers);
        send(
                "password-changed",
                email,
                "Your password was changed",
                () -> MailTemplates.passwordChanged(
                        greeting(name), now, address(client), DeviceName.of(client.userAgent()), others, forgotPage()));
    }

    /** A sign-in from a device that the person has not used before. */
    void newDevice(String email, String name, Client client) {
        String now = now();
        send(
                "new-device",
                email,
                "New sign-in to your account",
                () -> MailTemplates.newDevice(
                        greeting(name), now, address(client), DeviceName.of(client.userAgent()), forgotPage()));
    }

    /** Too many wrong passwords: further tries are slowed down, and a mailed link lets the person in. */
    void locked(String email, String name, Client client) {
        String now = now();
        send(
                "locked",
                email,
                "Too many wrong passwords",
                () -> MailTemplates.locked(greeting(name), now, address(client), forgotPage()));
    }

    /** To an address for which somebody came by a provider: the link that proves its account. */
    void connectIdentity(String email, String provider, URI link) {
        String lifetime = words(lifetimes.connectIdentityTtl());
        send(
                "connect-identity",
                email,
                "Sign in with " + provider,
                () -> MailTemplates.connectIdentity(provider, link.toString(), lifetime));
    }

    /** From now on the person signs in with a provider, too. */
    void identityConnected(String email, String name, String provider, Client client) {
        String now = now();
        send(
                "identity-connected",
                email,
                provider + " was connected to your account",
                () -> MailTemplates.identityConnected(
                        greeting(name),
                        provider,
                        now,
                        address(client),
                        DeviceName.of(client.userAgent()),
                        forgotPage()));
    }

    /** From now on the person signs in with a provider no more. */
    void identityDisconnected(String email, String name, String provider, Client client) {
        String now = now();
        send(
                "identity-disconnected",
                email,
                provider + " was disconnected from your account",
                () -> MailTemplates.identityDisconnected(
                        greeting(name),
                        provider,
                        now,
                        address(client),
                        DeviceName.of(client.userAgent()),
                        forgotPage()));
    }

    /** Something about a key that its owner should look into. */
    void keyAlert(String email, String name, KeyAlert alert) {
        String now = now();
        String key = alert.keyName() == null || alert.keyName().isBlank() ? alert.keyId() : alert.keyName();
        String address = address(alert.client());
        boolean revoked = alert.event() == Event.ALERT_REVOKED_KEY;
        send(
                revoked ? "revoked-key" : "new-network",
                email,
                revoked ? "A revoked API key is still being tried" : "An API key was used from a new network",
                () -> revoked
                        ? MailTemplates.revokedKey(greeting(name), key, alert.keyId(), now, address)
                        : MailTemplates.newNetwork(greeting(name), key, alert.keyId(), now, address));
    }

    /** The account and what was known of the person are gone. */
    void accountDeleted(String email, String name) {
        send("account-deleted", email, "Your account was deleted", () -> MailTemplates.accountDeleted(greeting(name)));
    }

    private void send(String kind, String email, String subject, Supplier<TemplateInstance> text) {
        outbox.send(new Outbox.Draft(kind, email, subject, text));
    }

    private String forgotPage() {
        return links.page(FORGOT_PAGE).toString();
    }

    private String now() {
        return TIME.format(Instant.now(clock));
    }

    private static String greeting(String name) {
        return name != null && NAME.matcher(name).matches() && !name.isBlank()
                ? "Hello " + name.strip() + ","
                : "Hello,";
    }

    private static String address(Client client) {
        return client.address() == null
                ? "an unknown address"
                : client.address().toString();
    }

    /** Such as {@code 30 minutes}; settings are whole seconds at least. */
    static String words(Duration duration) {
        if (duration.toHours() >= 1 && duration.toMinutesPart() == 0) {
            return count(duration.toHours(), "hour");
        }
        return duration.toMinutes() >= 1
                ? count(duration.toMinutes(), "minute")
                : count(duration.toSeconds(), "second");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
