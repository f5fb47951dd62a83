package ai.plexe.auth.session;

/** The cookie that holds a session's token in a browser. */
public final class SessionCookie {

    private static final String NAME = "__Host-plexe_session";
    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private SessionCookie() {}

    /** The value of {@code Set-Cookie} that stores the token. */
    public static String of(OpenedSession session) {
        return NAME + "=" + session.token() + ATTRIBUTES;
    }

    /** The value of {@code Set-Cookie} that removes it. */
    public static String cleared() {
        return NAME + "=; Max-Age=0" + ATTRIBUTES;
    }
}
