package ai.plexe.auth.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.semconv.UrlAttributes;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Traces go to people who may not see what a query string may hold, such as a provider's code and state, so none leaves the
 * service. Any thread.
 */
@ApplicationScoped
class QuerySilence implements SpanProcessor {

    private static final String SILENCED = "";

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        silence(span, UrlAttributes.URL_QUERY);
        String full = span.getAttribute(UrlAttributes.URL_FULL);
        if (full != null && full.indexOf('?') >= 0) {
            span.setAttribute(UrlAttributes.URL_FULL, full.substring(0, full.indexOf('?')));
        }
    }

    private static void silence(ReadWriteSpan span, AttributeKey<String> key) {
        if (span.getAttribute(key) != null) {
            span.setAttribute(key, SILENCED);
        }
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        // What was said at the start is all there is.
    }

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
