package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import ai.plexe.auth.access.OpenToAll;
import ai.plexe.auth.problem.Problem;
import ai.plexe.auth.problem.ProblemException;
import ai.plexe.auth.session.SessionCookie;
import ai.plexe.auth.validation.EmailAddress;
import ai.plexe.auth.validation.Validated;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.constraints.NotEmpty;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** How people sign in with a password, over HTTP. */
@Path("/auth/login")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Sign-in", description = "Sign in with a password, and prove once more who you are.")
public class SignInResource {

    private static final String EXAMPLE = """
            {"access_token": "eyJhbGciOiJFUzI1NiIsImtpZCI6…", "token_type": "Bearer",
             "expires_at": "2030-01-31T23:00:00Z", "idle_expires_at": "2030-01-31T11:30:00Z",
             "user": {"user_id": "usr_01jd8y2v9rk3d6t0w5m8q4zx7c", "account_id": "acc_01jd8y2v9qf3d6t0w5m8q4zx7c",
                      "email": "ada@example.org", "name": "Ada Lovelace", "role": "owner", "email_verified": true}}""";

    private final SignInService service;
    private final SessionCookie cookie;
    private final Validated validated;

    SignInResource(SignInService service, SessionCookie cookie, Validated validated) {
        this.service = service;
        this.cookie = cookie;
        this.validated = validated;
    }

    /** What somebody signs in with. */
    @Schema(name = "SignIn")
    public record SignIn(
            @Schema(examples = "ada@example.org", maxLength = 254) @NotEmpty(message = "is required") @EmailAddress
            String email,

            @Schema(examples = "a rather long password", maxLength = 256, format = "password")
            @NotEmpty(message = "is required")
            String password) {

        public SignIn {
            email = SignInName.of(email);
        }

        /** A record would print the password. */
        @Override
        public String toString() {
            return "SignIn";
        }
    }

    /** An open session, and the token that stands for it. */
    @Schema(
            name = "SignedIn",
            requiredProperties = {"access_token", "token_type", "expires_at", "idle_expires_at", "user"})
    public record Answer(
            @Schema(description = "A signed JWT, to be sent as Authorization: Bearer; the cookie holds the same.")
            String accessToken,

            @Schema(examples = "Bearer") String tokenType,

            @Schema(description = "When the session ends, whatever happens.")
            Instant expiresAt,

            @Schema(description = "When it ends if it is not used; each request winds it up again.")
            Instant idleExpiresAt,

            User user) {

        /** A record would print the token. */
        @Override
        public String toString() {
            return "Answer[" + user + "]";
        }

        static RestResponse<Answer> of(SignedIn signedIn, SessionCookie cookie) {
            Credentials user = signedIn.user();
            Answer answer = new Answer(
                    signedIn.session().token(),
                    "Bearer",
                    signedIn.session().expiresAt(),
                    signedIn.session().idleExpiresAt(),
                    new User(
                            user.userId(),
                            user.accountId(),
                            user.email(),
                            user.name(),
                            user.role().wireName(),
                            user.emailVerified()));
            return RestResponse.ResponseBuilder.ok(answer)
                    .header(HttpHeaders.SET_COOKIE, cookie.of(signedIn.session()))
                    .build();
        }
    }

    /** Whose session it is. */
    @Schema(
            name = "SignedInUser",
            requiredProperties = {"user_id", "account_id", "email", "name", "role", "email_verified"})
    public record User(
            @Schema(examples = "usr_01jd8y2v9rk3d6t0w5m8q4zx7c")
            String userId,

            @Schema(examples = "acc_01jd8y2v9qf3d6t0w5m8q4zx7c")
            String accountId,

            @Schema(examples = "ada@example.org") String email,
            @Schema(examples = "Ada Lovelace") String name,

            @Schema(
                    examples = "owner",
                    enumeration = {"owner", "admin", "member", "viewer"})
            String role,

            boolean emailVerified) {}

    @POST
    @OpenToAll(because = "whoever signs in has no session yet")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "signIn",
            summary = "Sign in",
            description = "Opens a new session, whatever cookie or token comes along. The answer to a wrong password is"
                    + " the same whether or not there is such a user, and whether or not their address is verified. Tries are limited per user and per address;"
                    + " beyond that the delay grows, up to an hour, until one signs in or sets a new password by a"
                    + " mailed link.")
    @APIResponse(
            responseCode = "200",
            description = "Signed in.",
            headers =
                    @Header(
                            name = HttpHeaders.SET_COOKIE,
                            description = "The session, for browsers.",
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations.enums.SchemaType
                                                            .STRING)),
            content =
                    @Content(
                            schema = @Schema(implementation = Answer.class),
                            examples = @ExampleObject(name = "signed in", value = EXAMPLE)))
    @APIResponse(
            responseCode = "401",
            description = "Wrong address or password.",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "invalid_credentials", value = """
                                                    {"type": "urn:plexe:problem:invalid_credentials",
                                                     "title": "Invalid credentials", "status": 401,
                                                     "detail": "The e-mail address or the password is wrong, or the address was not confirmed by the mailed link yet.",
                                                     "code": "invalid_credentials",
                                                     "request_id": "req_2hikctdodz90c31k31jfqesc1o"}""")))
    @APIResponse(
            responseCode = "403",
            description = "Sent by a page of another site.",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "cross_site_request", value = """
                                                    {"type": "urn:plexe:problem:cross_site_request",
                                                     "title": "Cross-site request", "status": 403,
                                                     "detail": "This was sent by a page of another site.",
                                                     "code": "cross_site_request",
                                                     "request_id": "req_2hikctdodz90c31k31jfqesc1o"}""")))
    public Uni<RestResponse<Answer>> signIn(@Context RoutingContext routing, SignIn body) {
        validated.body(body);
        requirePossible("password", body.password());
        return service.signIn(body.email(), body.password(), Client.of(routing))
                .map(signedIn -> Answer.of(signedIn, cookie));
    }

    static void requirePossible(String field, String password) {
        if (PasswordPolicy.isTooLong(password)) {
            throw ProblemException.invalid(field, "is longer than any password");
        }
    }
}
