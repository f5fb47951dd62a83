package ai.plexe.auth.console;

import ai.plexe.auth.access.OpenToAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** Leads whoever opens the service in a browser to the page where the API can be read and tried. */
@Path("/")
public class StartPageResource {

    private static final URI API_PAGE = URI.create("/q/swagger-ui/");

    @GET
    @OpenToAll(because = "it shows nothing")
    @Operation(hidden = true)
    public RestResponse<Void> start() {
        return RestResponse.seeOther(API_PAGE);
    }
}
