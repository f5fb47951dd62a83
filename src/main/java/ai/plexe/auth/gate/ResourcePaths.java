package ai.plexe.auth.gate;

import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.annotation.Annotation;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths of resources and the methods that each knows, with what a request must have to pass: so that it can be judged before
 * anybody looks for its resource. Filled at the start.
 */
@Singleton
class ResourcePaths {

    /** A path's parameter, which may say what it looks like. */
    private static final Pattern PARAMETER = Pattern.compile("\\{\\s*[a-z_]+\\s*(?::\\s*([^}]*))?}");

    private static final Pattern MATRIX_PARAMETERS = Pattern.compile(";[^/]*");

    private static final Known NOTHING = new Known(null, new TreeMap<>());

    private final Segment root = new Segment();

    /** Paths of which a parameter says what it looks like, slashes included. */
    private final Map<String, Described> described = new LinkedHashMap<>();

    /**
     * What lives at a path.
     *
     * @param template null if nothing is known to
     * @param methods in the order of their names; a need of null is that of one that is open to all
     */
    record Known(String template, SortedMap<String, Need> methods) {}

    private record Described(Pattern path, Known known) {}

    /** What a path has led to so far. */
    private static final class Segment {

        private final Map<String, Segment> next = new HashMap<>();
        private Segment parameter;
        private Known known = NOTHING;

        Segment ofTemplate(String name) {
            if (!name.startsWith("{")) {
                return next.computeIfAbsent(name, made -> new Segment());
            }
            if (parameter == null) {
                parameter = new Segment();
            }
            return parameter;
        }

        /** Null if it leads nowhere. */
        Segment of(String name) {
            Segment named = next.get(name);
            return named != null || name.isEmpty() ? named : parameter;
        }
    }

    /**
     * Adds a resource's method.
     *
     * @param need null if it is open to all
     */
    void add(ResourceInfo resource, Need need) {
        Path root = resource.getResourceClass().getAnnotation(Path.class);
        Path path = resource.getResourceMethod().getAnnotation(Path.class);
        SortedMap<String, Need> methods =
                ofTemplate(root.value() + (path == null ? "" : path.value())).methods();
        for (Annotation annotation : resource.getResourceMethod().getAnnotations()) {
            HttpMethod method = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (method != null) {
                methods.put(method.value(), need);
                if (method.value().equals(HttpMethod.GET)) {
                    methods.put(HttpMethod.HEAD, need);
                }
            }
        }
    }

    private Known ofTemplate(String template) {
        if (template.indexOf(':') >= 0) {
            return described
                    .computeIfAbsent(
                            template, made -> new Described(pattern(template), new Known(template, new TreeMap<>())))
                    .known();
        }
        Segment segment = root;
        for (String name : template.substring(1).split("/")) {
            segment = segment.ofTemplate(name);
        }
        if (segment.known == NOTHING) {
            segment.known = new Known(template, new TreeMap<>());
        }
        return segment.known;
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(PARAMETER
                .matcher(template)
                .replaceAll(parameter -> parameter.group(1) == null
                        ? "[^/]+"
                        : Matcher.quoteReplacement("(?:" + parameter.group(1) + ")")));
    }

    /**
     * What lives at a path.
     *
     * @param path normalized (RFC 3986, 6.2.2)
     */
    Known at(String path) {
        String named =
                path.indexOf(';') < 0 ? path : MATRIX_PARAMETERS.matcher(path).replaceAll("");
        int length = named.length() > 1 && named.endsWith("/") ? named.length() - 1 : named.length();
        Segment segment = root;
        for (int begin = 1; begin <= length && segment != null; ) {
            int slash = named.indexOf('/', begin);
            int end = slash < 0 || slash > length ? length : slash;
            segment = segment.of(named.substring(begin, end));
            begin = end + 1;
        }
        return segment != null && segment.known != NOTHING ? segment.known : described(named);
    }

    private Known described(String path) {
        return described.values().stream()
                .filter(candidate -> candidate.path().matcher(path).matches())
                .map(Described::known)
                .findFirst()
                .orElse(NOTHING);
    }
}
