package ai.plexe.auth.testing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.hamcrest.text.IsBlankString.blankOrNullString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.Map;

/** The one shape of errors, checked whole wherever a test expects one. */
public final class Problems {

    private Problems() {}

    public static ValidatableResponse expect(Response response, int status, String code) {
        ValidatableResponse problem = response.then()
                .statusCode(status)
                .contentType(startsWith("application/problem+json"))
                .header("X-Request-Id", not(blankOrNullString()));
        Map<String, Object> members = Json.members(response);
        assertEquals(code, members.get("code"), response::asString);
        assertEquals(status, members.get("status"));
        assertEquals("urn:plexe:problem:" + code, members.get("type"));
        assertThat((String) members.get("title"), not(blankOrNullString()));
        assertThat((String) members.get("detail"), not(blankOrNullString()));
        assertEquals(response.header("X-Request-Id"), members.get("request_id"));
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
