package ai.plexe.auth.console;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/**
 * The console's script and style, compressed once and kept by browsers for good: their names change with what they say. Quarkus
 * would compress every answer of the service anew, or none. What is not in the package, as while it is being developed, is left
 * to Quarkus. Event loops, but for reading a file the first time.
 */
@ApplicationScoped
class BundledFiles {

    private static final String NAMES = "/static/bundle/([-.\\w]+-[0-9A-Z]{8}\\.(?:js|css))";
    private static final String PLACE = "META-INF/resources/static/bundle/";
    private static final int BEFORE_QUARKUS = -100;
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";

    private final Map<String, BundledFile> files = new ConcurrentHashMap<>();
    private final Vertx vertx;

    /** A file, as it is and compressed. */
    private record BundledFile(String type, Buffer plain, Buffer gzipped) {}

    BundledFiles(Vertx vertx) {
        this.vertx = vertx;
    }

    void register(@Observes Router router) {
        router.getWithRegex(NAMES).order(BEFORE_QUARKUS).handler(this::serve);
    }

    private void serve(RoutingContext routing) {
        String name = routing.pathParam("param0");
        BundledFile known = files.get(name);
        if (known != null) {
            answer(routing, known);
            return;
        }
        vertx.executeBlocking(() -> read(name), false).onComplete(read -> {
            if (read.failed()) {
                routing.fail(read.cause());
            } else if (read.result().isEmpty()) {
                routing.next();
            } else {
                files.put(name, read.result().get());
                answer(routing, read.result().get());
            }
        });
    }

    private static void answer(RoutingContext routing, BundledFile file) {
        String accepted = routing.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        boolean gzip = accepted != null && accepted.matches("(?i).*\\bgzip\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\s*(?:,|$)).*");
        HttpServerResponse response = routing.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type())
                .putHeader(HttpHeaders.CACHE_CONTROL, FOR_GOOD)
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        response.end(gzip ? file.gzipped() : file.plain());
    }

    private static Optional<BundledFile> read(String name) {
        try (InputStream file = Thread.currentThread().getContextClassLoader().getResourceAsStream(PLACE + name)) {
            if (file == null) {
                return Optional.empty();
            }
            byte[] plain = file.readAllBytes();
            ByteArrayOutputStream gzipped = new ByteArrayOutputStream(plain.length / 3);
            try (GZIPOutputStream gzip = new GZIPOutputStream(gzipped)) {
                gzip.write(plain);
            }
            String type = (name.endsWith(".js") ? "text/javascript" : "text/css") + ";charset=UTF-8";
            return Optional.of(new BundledFile(type, Buffer.buffer(plain), Buffer.buffer(gzipped.toByteArray())));
        } catch (IOException e) {
            throw new UncheckedIOException("the package's own file can be read", e);
        }
    }
}
