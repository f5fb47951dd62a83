package ai.plexe.auth.gate;

import ai.plexe.auth.problem.ProblemWriter;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which methods a path knows: for the {@code Allow} that a 405 must have (RFC 9110, 15.5.6) and the framework leaves out,
 * and for OPTIONS, to which the framework says yes on any path.
 */
@Provider
@Singleton
public class AllowedMethods implements DynamicFeature, ContainerResponseFilter {

    private static final int AFTER_MARKING = 9_000;

    private final ProblemWriter problems;
    private final Map<Pattern, Set<String>> byPath = new LinkedHashMap<>();

    AllowedMethods(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Path root = resource.getResourceClass().getAnnotation(Path.class);
        if (root == null) {
            return;
        }
        Path path = resource.getResourceMethod().getAnnotation(Path.class);
        Pattern pattern = pattern(root.value() + (path == null ? "" : path.value()));
        for (Annotation annotation : resource.getResourceMethod().getAnnotations()) {
            var method = annotation.annotationType().getAnnotation(jakarta.ws.rs.HttpMethod.class);
            if (method != null) {
                Set<String> methods = byPath.computeIfAbsent(known(pattern), p -> new TreeSet<>());
                methods.add(method.value());
                if (method.value().equals("GET")) {
                    methods.add("HEAD");
                }
            }
        }
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+"));
    }

    private Pattern known(Pattern pattern) {
        return byPath.keySet().stream()
                .filter(other -> other.pattern().equals(pattern.pattern()))
                .findFirst()
                .orElse(pattern);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() == 405) {
            response.getHeaders()
                    .putSingle(HttpHeaders.ALLOW, of(request.getUriInfo().getPath()));
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::answerOptions, AFTER_MARKING);
    }

    private void answerOptions(RoutingContext routing) {
        String path = routing.request().path();
        if (routing.request().method() != HttpMethod.OPTIONS || path.equals(VerifyResource.PATH)) {
            routing.next();
            return;
        }
        String allowed = of(path);
        if (allowed.isEmpty()) {
            problems.end(404, routing);
        } else {
            routing.response()
                    .setStatusCode(204)
                    .putHeader(HttpHeaders.ALLOW, allowed + ", OPTIONS")
                    .end();
        }
    }

    private String of(String path) {
        Set<String> methods = new TreeSet<>();
        byPath.forEach((pattern, allowed) -> {
            if (pattern.matcher(path).matches()) {
                methods.addAll(allowed);
            }
        });
        return String.join(", ", methods);
    }
}
