package ai.plexe.auth.federation;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.smallrye.mutiny.operators.uni.UniOnFailureTransform;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * What became of a flow that failed. Libraries tell it in texts that quote tokens and claims, so those are not repeated: the
 * log gets the kinds of failures, and an OAuth error's code (RFC 6749, section 5.2) if there is one. Any thread.
 */
final class ProviderFailure {

    private static final Logger LOG = Logger.getLogger(ProviderFailure.class);
    private static final Pattern OAUTH_ERROR = Pattern.compile("\"error\"\\s*:\\s*\"([a-z_]{1,40})\"");
    /** How Quarkus OIDC says that it has got no discovery document or keys. */
    private static final String UNREACHED = "OIDC Server is not available";

    private static final int LONGEST_CHAIN = 8;

    private ProviderFailure() {}

    /** The problem that it is for whoever came back. */
    static ProblemException of(Throwable failure, Provider provider) {
        if (failure instanceof ProblemException problem) {
            if (problem.getCause() != null) {
                LOG.warnf("nobody came by %s: %s", provider.id(), kinds(problem.getCause()));
            }
            return problem;
        }
        LOG.warnf("nobody came by %s: %s", provider.id(), kinds(failure));
        return isOutage(failure)
                ? ProblemException.unavailable(provider.name() + " can't be reached just now.", null)
                : unproved(provider);
    }

    static ProblemException unproved(Provider provider) {
        return ProblemException.of(
                ProblemCode.INVALID_CREDENTIALS,
                "What came back from " + provider.name() + " proves nobody's identity.");
    }

    /** What a provider says instead of a code (RFC 6749, section 4.1.2.1). */
    static ProblemException ofError(String error, Provider provider) {
        return switch (error) {
            case "access_denied" ->
                ProblemException.of(
                        ProblemCode.ACCESS_DENIED, provider.name() + " was not allowed to tell who you are.");
            case "server_error", "temporarily_unavailable" ->
                ProblemException.unavailable(provider.name() + " does not work just now.", null);
            default -> unproved(provider);
        };
    }

    private static boolean isOutage(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < LONGEST_CHAIN; i++, cause = cause.getCause()) {
            if (cause instanceof IOException && !(cause instanceof JsonProcessingException)
                    || cause instanceof TimeoutException
                    || cause instanceof io.smallrye.mutiny.TimeoutException
                    || cause instanceof VertxException
                    || UNREACHED.equals(cause.getMessage())
                    || isClosedConnection(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Quarkus OIDC puts in place of a closed connection's failure its cause, which there is none of; Mutiny complains. */
    private static boolean isClosedConnection(Throwable failure) {
        return failure instanceof NullPointerException
                && failure.getStackTrace().length > 0
                && failure.getStackTrace()[0].getClassName().startsWith(UniOnFailureTransform.class.getName());
    }

    private static String kinds(Throwable failure) {
        StringBuilder kinds = new StringBuilder();
        Throwable cause = failure;
        for (int i = 0; cause != null && i < LONGEST_CHAIN; i++, cause = cause.getCause()) {
            kinds.append(i == 0 ? "" : " by ").append(cause.getClass().getSimpleName());
            Matcher error = OAUTH_ERROR.matcher(String.valueOf(cause.getMessage()));
            if (error.find()) {
                kinds.append(" (").append(error.group(1)).append(')');
            }
        }
        return kinds.toString();
    }
}
