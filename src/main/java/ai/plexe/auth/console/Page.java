package ai.plexe.auth.console;

import io.quarkus.qute.TemplateInstance;
import org.jboss.resteasy.reactive.RestResponse;

/** A document for browsers, under a policy that leaves an attacker's text nothing to run (CSP Level 3, Trusted Types). */
final class Page {

    /** Scripts, styles, pictures and requests of our own, none of them inline, and nothing else. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types lit-html";

    private Page() {}

    static RestResponse<String> of(TemplateInstance document) {
        return RestResponse.ResponseBuilder.ok(document.render())
                .header("Content-Type", "text/html;charset=UTF-8")
                .header("Content-Security-Policy", POLICY)
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .build();
    }
}
