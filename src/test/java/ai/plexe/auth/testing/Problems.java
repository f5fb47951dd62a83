package ai.plexe.auth.testing;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.hamcrest.text.IsBlankString.blankOrNullString;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;

/** The one shape of errors, checked whole wherever a test expects one. */
public final class Problems {

    private Problems() {}

    public static ValidatableResponse expect(Response response, int status, String code) {
        ValidatableResponse problem = response.then()
                .statusCode(status)
                .contentType(startsWith("application/problem+json"))
                .header("X-Request-Id", not(blankOrNullString()))
                .body("code", equalTo(code))
                .body("status", equalTo(status))
                .body("type", equalTo("urn:plexe:problem:" + code))
                .body("title", not(blankOrNullString()))
                .body("detail", not(blankOrNullString()))
                .body("request_id", equalTo(response.header("X-Request-Id")));
        if (status == 401) {
            problem.header("WWW-Authenticate", notNullValue());
        }
        if (status == 429 || status == 503) {
            problem.header("Retry-After", notNullValue());
        }
        return problem;
    }

    /** A {@code validation_failed} that names the field. */
    public static ValidatableResponse expectInvalid(Response response, String field) {
        return expect(response, 400, "validation_failed").body("errors.field", hasItem(field));
    }
}
