package ai.plexe.auth.gate;

import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

        /** Adds all that the rest of the path leads to, names before parameters. */
        void find(String path, int begin, List<Known> found) {
            if (begin > path.length()) {
                if (known != NOTHING) {
                    found.add(known);
                }
                return;
            }
            int slash = path.indexOf('/', begin);
            int end = slash < 0 ? path.length() : slash;
            Segment named = next.get(path.substring(begin, end));
            if (named != null) {
                named.find(path, end + 1, found);
            }
            if (parameter != null && end > begin) {
                parameter.find(path, end + 1, found);
            }
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
                put(methods, method.value(), need);
                if (method.value().equals(HttpMethod.GET)) {
                    put(methods, HttpMethod.HEAD, need);
                }
            }
        }
    }

    /** Of methods that differ in what they answer with, nobody knows yet which it will be. */
    private static void put(SortedMap<String, Need> methods, String method, Need need) {
        if (methods.containsKey(method) && !Objects.equals(methods.get(method), need)) {
            throw new IllegalStateException("methods of one path, for " + method + ", that do not need the same");
        }
        methods.put(method, need);
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
     * What lives at a path. Where a name could be a parameter too, the method decides, as it does for the framework.
     *
     * @param path normalized (RFC 3986, 6.2.2)
     */
    Known at(String path, String method) {
        String named =
                path.indexOf(';') < 0 ? path : MATRIX_PARAMETERS.matcher(path).replaceAll("");
        String trimmed = named.length() > 1 && named.endsWith("/") ? named.substring(0, named.length() - 1) : named;
        List<Known> found = new ArrayList<>(2);
        root.find(trimmed, 1, found);
        Known known = ofMethod(found, method);
        if (known == null) {
            described.values().stream()
                    .filter(candidate -> candidate.path().matcher(trimmed).matches())
                    .map(Described::known)
                    .forEach(found::add);
            known = ofMethod(found, method);
        }
        if (known == null) {
            known = found.isEmpty() ? NOTHING : together(found);
        }
        return known;
    }

    /** Null if none knows the method. */
    private static Known ofMethod(List<Known> found, String method) {
        for (Known known : found) {
            if (known.methods().containsKey(method)) {
                return known;
            }
        }
        return null;
    }

    private static Known together(List<Known> found) {
        SortedMap<String, Need> methods = new TreeMap<>();
        found.forEach(known -> methods.putAll(known.methods()));
        return new Known(found.get(0).template(), methods);
    }
}
