package ai.plexe.auth.gate;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * Refusals as nginx's auth_request can take them: it keeps the headers of a sub-request, not its body, and makes a 500 of any
 * status but 401 and 403. So the true status, the code and the body go into headers, from which its configuration makes the
 * answer that everybody else gets.
 */
@Provider
public class NginxAnswers implements ContainerResponseFilter {

    private static final String STATUS = "X-Auth-Status";
    private static final String ERROR = "X-Auth-Error";
    private static final String PROBLEM = "X-Auth-Problem";

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        RoutingContext routing = ((ResteasyReactiveRequestContext)
                        ((ResteasyReactiveContainerRequestContext) request).getServerRequestContext())
                .unwrap(RoutingContext.class);
        int status = response.getStatus();
        if (status < 400 || OriginalRequest.of(routing).gateway() != Gateway.NGINX) {
            return;
        }
        response.getHeaders().putSingle(STATUS, status);
        if (response.getEntity() instanceof String problem) {
            response.getHeaders().putSingle(PROBLEM, ascii(problem));
            response.getHeaders().putSingle(ERROR, codeOf(problem));
        }
        if (status != 401 && status != 403) {
            response.setStatus(403);
        }
    }

    private static String codeOf(String problem) {
        String member = "\"code\":\"";
        int begin = problem.indexOf(member) + member.length();
        return problem.substring(begin, problem.indexOf('"', begin));
    }

    /** JSON in ASCII (RFC 8259, section 7), for a header. */
    private static String ascii(String json) {
        StringBuilder ascii = new StringBuilder(json.length());
        for (char c : json.toCharArray()) {
            if (c < 128) {
                ascii.append(c);
            } else {
                ascii.append(String.format("\\u%04x", (int) c));
            }
        }
        return ascii.toString();
    }
}
