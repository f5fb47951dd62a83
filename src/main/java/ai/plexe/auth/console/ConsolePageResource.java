package ai.plexe.auth.console;

import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.account.KeptMails;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The web console: one document for all of its addresses, which says nothing to anybody. Its script, in {@code web/app},
 * shows what the API lets the person who is signed in see. A mailed link opens it too; the token stays in the address's
 * fragment, which no server sees, until the person agrees and the script posts it.
 */
@Path("/")
public class ConsolePageResource {

    private static final String ADDRESSES = "{address: |sign-in|sign-up|verify-email|change-email|forgot-password"
            + "|reset-password|join|proved|settings/api-keys|settings/security|settings/account|access-logs|usage}";

    private final RestResponse<String> page = Page.of(Pages.console(KeptMails.isLocal()));

    /** The document, in {@code templates/pages}. */
    @CheckedTemplate(basePath = "pages")
    static final class Pages {

        private Pages() {}

        static native TemplateInstance console(boolean keepsMails);
    }

    @GET
    @Path(ADDRESSES)
    @NonBlocking
    @Produces(MediaType.TEXT_HTML)
    @OpenToAll(because = "it shows nothing but what the API answers to its script")
    @Operation(hidden = true)
    public RestResponse<String> show() {
        return page;
    }
}
