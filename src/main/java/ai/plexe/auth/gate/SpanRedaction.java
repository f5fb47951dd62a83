package ai.plexe.auth.gate;

import ai.plexe.auth.problem.Redaction;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import io.opentelemetry.semconv.UserAgentAttributes;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.UnaryOperator;

/**
 * What a trace tells of a request. Traces go to people who may not see everything: no query string leaves the service in one,
 * as a provider's code may be in it; a credential that stands where none should is masked, as in logs; and an address is left
 * out, for it is whatever the client claims. Any thread.
 */
@ApplicationScoped
class SpanRedaction implements SpanProcessor {

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
        change(span, UrlAttributes.URL_QUERY, query -> "");
        change(span, UrlAttributes.URL_PATH, Redaction::of);
        change(span, UrlAttributes.URL_FULL, SpanRedaction::withoutQuery);
        change(span, UserAgentAttributes.USER_AGENT_ORIGINAL, Redaction::of);
        change(span, ClientAttributes.CLIENT_ADDRESS, address -> "");
    }

    private static void change(ReadWriteSpan span, AttributeKey<String> key, UnaryOperator<String> change) {
        String value = span.getAttribute(key);
        if (value != null) {
            span.setAttribute(key, change.apply(value));
        }
    }

    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    @Override
    public boolean isStartRequired() {
        return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        // All of it was told at the start.
    }

    @Override
    public boolean isEndRequired() {
        return false;
    }
}
