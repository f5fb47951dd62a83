package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemWriter;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which methods a path knows: for the {@code Allow} that a 405 must have (RFC 9110, 15.5.6) and the framework leaves
 * out, and for OPTIONS, to which the framework says yes on any path.
 */
@Provider
@Singleton
public class AllowedMethods implements DynamicFeature, ContainerResponseFilter {

    /** A path's parameter, which may say what it looks like. */
    private static final Pattern PARAMETER = Pattern.compile("\\{\\s*[a-z_]+\\s*(?::\\s*([^}]*))?}");

    private final ProblemWriter problems;
    private final List<Known> known = new ArrayList<>();

    AllowedMethods(ProblemWriter problems) {
        this.problems = problems;
    }

    /** A method of the paths that match. */
    private record Known(Pattern path, String method) {}

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Path root = resource.getResourceClass().getAnnotation(Path.class);
        if (root == null) {
            return;
        }
        Path path = resource.getResourceMethod().getAnnotation(Path.class);
        Pattern pattern = pattern(root.value() + (path == null ? "" : path.value()));
        for (Annotation annotation : resource.getResourceMethod().getAnnotations()) {
            HttpMethod method = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (method != null) {
                known.add(new Known(pattern, method.value()));
                if (method.value().equals(HttpMethod.GET)) {
                    known.add(new Known(pattern, HttpMethod.HEAD));
                }
            }
        }
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(PARAMETER
                .matcher(template)
                .replaceAll(parameter -> parameter.group(1) == null
                        ? "[^/]+"
                        : Matcher.quoteReplacement("(?:" + parameter.group(1) + ")")));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() == 405) {
            response.getHeaders()
                    .putSingle(HttpHeaders.ALLOW, of(request.getUriInfo().getPath()));
        }
    }

    /** Whether the request goes on; else it was for OPTIONS, and is answered. */
    boolean admits(RoutingContext routing) {
        if (!routing.request().method().name().equals(HttpMethod.OPTIONS)) {
            return true;
        }
        String allowed = of(routing.request().path());
        if (allowed.isEmpty()) {
            problems.end(404, routing);
        } else {
            routing.response()
                    .setStatusCode(204)
                    .putHeader(HttpHeaders.ALLOW, allowed + ", OPTIONS")
                    .end();
        }
        return false;
    }

    private String of(String path) {
        return known.stream()
                .filter(method -> method.path().matcher(path).matches())
                .map(Known::method)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
