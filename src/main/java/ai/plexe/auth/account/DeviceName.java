package ai.plexe.auth.account;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a device is called in a mail. A user agent is whatever a stranger chose to send, so none of it is repeated but
 * known words and the bare name of a program: a mail of ours carries nobody's links or messages.
 */
final class DeviceName {

    private static final Pattern PROGRAM = Pattern.compile("([A-Za-z][A-Za-z0-9-]{0,30})(/.*)?", Pattern.DOTALL);
    private static final String UNKNOWN = "an unknown program";

    /** A mark in the user agent, and what it stands for; the first that is found counts. */
    private record Mark(String text, String name) {}

    private static final List<Mark> BROWSERS = List.of(
            new Mark("Edg", "Edge"),
            new Mark("OPR/", "Opera"),
            new Mark("Firefox/", "Firefox"),
            new Mark("FxiOS/", "Firefox"),
            new Mark("CriOS/", "Chrome"),
            new Mark("Chrome/", "Chrome"),
            new Mark("Safari/", "Safari"));

    private static final List<Mark> SYSTEMS = List.of(
            new Mark("iPhone", "iPhone"),
            new Mark("iPad", "iPad"),
            new Mark("Android", "Android"),
            new Mark("Windows", "Windows"),
            new Mark("Macintosh", "macOS"),
            new Mark("CrOS", "ChromeOS"),
            new Mark("Linux", "Linux"));

    private DeviceName() {}

    /** Such as {@code Firefox on Linux} or {@code curl}. */
    static String of(String userAgent) {
        if (userAgent == null) {
            return UNKNOWN;
        }
        String browser = first(BROWSERS, userAgent);
        String system = first(SYSTEMS, userAgent);
        if (browser != null) {
            return system == null ? browser : browser + " on " + system;
        }
        Matcher program = PROGRAM.matcher(userAgent);
        return program.matches() ? program.group(1) : UNKNOWN;
    }

    private static String first(List<Mark> marks, String userAgent) {
        return marks.stream()
                .filter(mark -> userAgent.contains(mark.text()))
                .map(Mark::name)
                .findFirst()
                .orElse(null);
    }
}
