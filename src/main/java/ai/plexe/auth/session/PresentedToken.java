package ai.plexe.auth.session;

import java.util.List;

/**
 * A session's token, as a request shows it.
 *
 * @param text a secret
 * @param byCookie whether a browser sent it by itself, and so maybe at another site's bidding
 */
public record PresentedToken(String text, boolean byCookie) {

    private static final String SCHEME = "bearer";

    /**
     * What the headers show: the bearer token if there is one, else the cookie; null if neither.
     *
     * @param authorization all values of the header {@code Authorization}
     * @param cookies all values of the header {@code Cookie}
     * @param cookieName of the session's cookie
     */
    public static PresentedToken of(List<String> authorization, List<String> cookies, String cookieName) {
        if (authorization.stream().anyMatch(PresentedToken::isBearer)) {
            // Of several, none is believed: an empty text is no token.
            return new PresentedToken(
                    authorization.size() == 1
                            ? authorization.get(0).substring(SCHEME.length()).strip()
                            : "",
                    false);
        }
        String found = BrowserCookies.value(cookieName, cookies);
        return found == null ? null : new PresentedToken(found, true);
    }

    private static boolean isBearer(String authorization) {
        int end = SCHEME.length();
        return authorization.regionMatches(true, 0, SCHEME, 0, end)
                && (authorization.length() == end || authorization.charAt(end) == ' ');
    }

    /** A record would print the token. */
    @Override
    public String toString() {
        return "PresentedToken[byCookie=" + byCookie + "]";
    }
}
