package ai.plexe.auth.openapi;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import io.quarkus.smallrye.openapi.runtime.OpenApiRecorder;
import io.smallrye.openapi.runtime.io.Format;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the OpenAPI document, which the build has written, when somebody asks for it first, and not at the start: of what a
 * binary does at its start it would be a third. Until then Quarkus finds none, for the class loader that it is given hides it.
 */
@ApplicationScoped
public class LateDocument {

    private static final String PATH = "/q/openapi*";
    private static final String DOCUMENT = OpenApiConstants.BASE_NAME + "." + Format.JSON;

    private volatile boolean isRead;

    /** To be called before the service starts; development and tests read it at their start, as it may change there. */
    public static void postpone() {
        if (!LaunchMode.current().isDevOrTest()) {
            OpenApiConstants.classLoader = new Hiding(Thread.currentThread().getContextClassLoader());
        }
    }

    private static final class Hiding extends ClassLoader {

        Hiding(ClassLoader parent) {
            super(parent);
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            return name.equals(DOCUMENT) ? null : super.getResourceAsStream(name);
        }
    }

    void register(@Observes Router router) {
        if (OpenApiConstants.classLoader instanceof Hiding) {
            router.route(PATH).order(-1).handler(this::readFirst);
        }
    }

    /** Each request waits on its own event loop, whoever reads. */
    private void readFirst(RoutingContext routing) {
        if (isRead) {
            routing.next();
        } else {
            routing.vertx()
                    .executeBlocking(this::read)
                    .onSuccess(done -> routing.next())
                    .onFailure(routing::fail);
        }
    }

    private synchronized Void read() {
        if (!isRead) {
            OpenApiConstants.classLoader = null;
            Map<RunStage, List<String>> filters =
                    Arrays.stream(RunStage.values()).collect(Collectors.toMap(Function.identity(), stage -> List.of()));
            new OpenApiRecorder(null, null).prepareDocument(null, filters, OpenApiConstants.DEFAULT_DOCUMENT_NAME);
            isRead = true;
        }
        return null;
    }
}
