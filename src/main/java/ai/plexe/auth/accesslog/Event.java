package ai.plexe.auth.accesslog;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What can happen, by the name that the access log has for it. */
public enum Event {
    KEY_USE("key.use"),
    /** Another service asked about a key that was shown to it. */
    KEY_VERIFY("key.verify"),
    KEY_CREATE("key.create"),
    KEY_CHANGE("key.change"),
    KEY_ROTATE("key.rotate"),
    KEY_REVOKE("key.revoke"),
    SESSION_USE("session.use"),
    SESSION_REAUTHENTICATE("session.reauthenticate"),
    SESSION_END("session.end"),
    SIGN_UP("signup"),
    SIGN_IN("login"),
    SIGN_OUT("logout"),
    PASSWORD_CHANGE("password.change"),
    PASSWORD_FORGOT("password.forgot"),
    PASSWORD_RESET("password.reset"),
    EMAIL_VERIFY("email.verify"),
    /** The link that verifies an address was asked for once more. */
    EMAIL_VERIFICATION("email.verification"),
    /** A change of the address was asked for. */
    EMAIL_CHANGE_ASK("email.change.ask"),
    EMAIL_CHANGE("email.change"),
    /** A provider was connected with a user. */
    IDENTITY_CONNECT("identity.connect"),
    IDENTITY_DISCONNECT("identity.disconnect"),
    /** The account or its user has another name. */
    ACCOUNT_CHANGE("account.change"),
    ACCOUNT_DELETE("account.delete"),
    SIGNING_KEY_ROTATE("signing_key.rotate"),
    /** A key that is accepted no more is still being tried; once a day and key. */
    ALERT_REVOKED_KEY("alert.revoked_key"),
    /** A key was used from a network that it was not used from before. */
    ALERT_NEW_NETWORK("alert.new_network");

    private static final Map<String, Event> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Event::wireName, Function.identity()));

    private final String wireName;

    Event(String wireName) {
        this.wireName = wireName;
    }

    /** The name in JSON and in the database. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The event of this name; null if there is none. */
    static Event of(String wireName) {
        return BY_NAME.get(wireName);
    }
}
