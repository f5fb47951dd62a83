package ai.plexe.auth.console;

import ai.plexe.auth.access.OpenToAll;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The pages that mailed links open. They ask first and act by a POST, for mail scanners follow links; the token stays in
 * the address's fragment, which no server sees, until their script posts it.
 */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public class MailLinkPageResource {

    private static final String POLICY = "Content-Security-Policy";

    /** Scripts, styles and requests of our own, and nothing else. */
    private static final String OWN_ONLY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String HTML = MediaType.TEXT_HTML + ";charset=UTF-8";

    /** The pages, in {@code templates/pages}. */
    @CheckedTemplate(basePath = "pages")
    static final class Pages {

        private Pages() {}

        static native TemplateInstance verifyEmail();

        static native TemplateInstance resetPassword();

        static native TemplateInstance changeEmail();

        static native TemplateInstance forgotPassword();
    }

    @GET
    @Path("verify-email")
    @OpenToAll(because = "it shows a question")
    @Operation(hidden = true)
    public RestResponse<String> verifyEmail() {
        return page(Pages.verifyEmail());
    }

    @GET
    @Path("reset-password")
    @OpenToAll(because = "it shows a question")
    @Operation(hidden = true)
    public RestResponse<String> resetPassword() {
        return page(Pages.resetPassword());
    }

    @GET
    @Path("change-email")
    @OpenToAll(because = "it shows a question")
    @Operation(hidden = true)
    public RestResponse<String> changeEmail() {
        return page(Pages.changeEmail());
    }

    @GET
    @Path("forgot-password")
    @OpenToAll(because = "it shows a question")
    @Operation(hidden = true)
    public RestResponse<String> forgotPassword() {
        return page(Pages.forgotPassword());
    }

    static RestResponse<String> page(TemplateInstance template) {
        return page(template, OWN_ONLY);
    }

    static RestResponse<String> page(TemplateInstance template, String policy) {
        return RestResponse.ResponseBuilder.ok(template.render())
                .header("Content-Type", HTML)
                .header(POLICY, policy)
                .build();
    }
}
