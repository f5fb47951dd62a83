package ai.plexe.auth.console;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.account.KeptMails;
import ai.plexe.auth.account.KeptMails.KeptMail;
import ai.plexe.auth.address.Cidr;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The mails that a developer's own service would have sent. There is no such page anywhere else, nor for anybody who does
 * not sit at this machine.
 */
@Path("/dev/mails")
public class KeptMailsPageResource {

    private static final List<Cidr> THIS_MACHINE = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1/128"));

    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private final KeptMails mails;

    KeptMailsPageResource(KeptMails mails) {
        this.mails = mails;
    }

    /** The page, in {@code templates/pages}. */
    @CheckedTemplate(basePath = "pages")
    static final class Pages {

        private Pages() {}

        static native TemplateInstance keptMails(List<KeptMail> mails);
    }

    @GET
    @Produces(MediaType.TEXT_HTML)
    @OpenToAll(because = "it is there on a developer's own machine only")
    @Operation(hidden = true)
    public RestResponse<String> show(@Context RoutingContext routing) {
        if (!KeptMails.isLocal() || !isThisMachine(Client.of(routing)) || !isAskedFor(routing.request())) {
            throw new NotFoundException();
        }
        return Page.of(Pages.keptMails(mails.newestFirst()));
    }

    /** A page elsewhere can give its own name the address of this machine, and a tunnel brings others here. */
    private static boolean isAskedFor(HttpServerRequest request) {
        return request.authority() != null
                && NAMES.contains(request.authority().host())
                && request.headers().names().stream()
                        .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("x-forwarded-"));
    }

    private static boolean isThisMachine(Client client) {
        return client.address() != null
                && THIS_MACHINE.stream().anyMatch(machine -> machine.contains(client.address()));
    }
}
