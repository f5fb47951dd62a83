package ai.plexe.auth;

import java.net.URI;
import java.util.Map;

/**
 * Translates {@code PLEXE_OTLP_ENDPOINT}, where a collector takes traces (OTLP over HTTP), as in {@code
 * http://collector:4318}. Without it there are none, and none of what makes them is at work.
 */
public final class OtlpEndpointConfigSourceFactory extends TranslatedSetting {

    private static final String SETTING = "plexe.otlp.endpoint";
    private static final UrlSetting URL =
            new UrlSetting("PLEXE_OTLP_ENDPOINT (" + SETTING + ")", "http://collector:4318");

    public OtlpEndpointConfigSourceFactory() {
        super(SETTING, OtlpEndpointConfigSourceFactory::asQuarkusSettings);
    }

    private static Map<String, String> asQuarkusSettings(String text) {
        URI url = URL.parse(text.strip());
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw URL.malformed("does not begin with http:// or https://");
        }
        if (url.getHost() == null) {
            throw URL.malformed("has no valid host");
        }
        return Map.of(
                "quarkus.otel.sdk.disabled",
                "false",
                "quarkus.otel.exporter.otlp.endpoint",
                UrlSetting.literally(url.toString()));
    }
}
