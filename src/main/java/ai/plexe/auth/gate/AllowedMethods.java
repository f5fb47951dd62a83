package ai.plexe.auth.gate;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Adds the {@code Allow} that a 405 must have (RFC 9110, 15.5.6) and that the framework leaves out. */
@Provider
public class AllowedMethods implements DynamicFeature, ContainerResponseFilter {

    private final Map<String, Set<String>> byPath = new LinkedHashMap<>();

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        Path root = resource.getResourceClass().getAnnotation(Path.class);
        Path path = resource.getResourceMethod().getAnnotation(Path.class);
        if (root == null) {
            return;
        }
        String template = root.value() + (path == null ? "" : path.value());
        for (Annotation annotation : resource.getResourceMethod().getAnnotations()) {
            HttpMethod method = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (method != null) {
                byPath.computeIfAbsent(expression(template), p -> new TreeSet<>())
                        .add(method.value());
            }
        }
    }

    private static String expression(String template) {
        return template.replaceAll("\\{[^}]+}", "[^/]+");
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getStatus() == 405) {
            String path = request.getUriInfo().getPath();
            String allowed = byPath.entrySet().stream()
                    .filter(entry -> Pattern.matches(entry.getKey(), path))
                    .flatMap(entry -> entry.getValue().stream())
                    .distinct()
                    .collect(Collectors.joining(", "));
            response.getHeaders().putSingle(HttpHeaders.ALLOW, allowed);
        }
    }
}
