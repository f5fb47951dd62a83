package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Caller;
import ai.plexe.auth.address.Cidr;
import ai.plexe.auth.paging.QueryParameters;
import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which entries are asked for; what is null does not matter.
 *
 * @param accountId whose; null for those that are nobody's
 * @param from the first time
 * @param to the time after the last
 * @param outcome {@code ok}, the code of a refusal, or {@code refused} for any
 */
record LogQuery(
        String accountId,
        Instant from,
        Instant to,
        String keyId,
        String userId,
        String targetId,
        Event event,
        String outcome,
        Cidr ip) {

    static final String OK = "ok";
    static final String REFUSED = "refused";

    /** What tells entries from others at any time. */
    static final List<String> FILTERS = List.of("key_id", "user_id", "target_id", "event", "outcome", "ip");

    LogQuery since(Instant time) {
        return new LogQuery(accountId, time, null, keyId, userId, targetId, event, outcome, ip);
    }

    /**
     * What the caller asks for.
     *
     * @throws ProblemException {@code validation_failed} if a parameter is wrong
     */
    static LogQuery of(Caller caller, QueryParameters parameters) {
        Instant from = parameters.time("from");
        Instant to = parameters.time("to");
        if (from != null && to != null && !from.isBefore(to)) {
            throw ProblemException.invalid("to", "must be after from");
        }
        return new LogQuery(
                unattributed(parameters) ? null : caller.accountId(),
                from,
                to,
                parameters.id("key_id", "key"),
                parameters.id("user_id", "usr"),
                parameters.id("target_id"),
                event(parameters),
                outcome(parameters),
                network(parameters));
    }

    private static boolean unattributed(QueryParameters parameters) {
        String text = parameters.text("unattributed");
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw ProblemException.invalid("unattributed", "must be true or false");
        }
        return "true".equals(text);
    }

    private static Event event(QueryParameters parameters) {
        String name = parameters.text("event");
        Event event = name == null ? null : Event.of(name);
        if (name != null && event == null) {
            throw ProblemException.invalid(
                    "event",
                    "must be one of "
                            + Arrays.stream(Event.values()).map(Event::wireName).collect(Collectors.joining(", ")));
        }
        return event;
    }

    private static String outcome(QueryParameters parameters) {
        String outcome = parameters.text("outcome");
        if (outcome == null || outcome.equals(OK) || outcome.equals(REFUSED)) {
            return outcome;
        }
        if (Arrays.stream(ProblemCode.values())
                .noneMatch(code -> code.wireName().equals(outcome))) {
            throw ProblemException.invalid("outcome", "must be ok, refused, or an error's code such as revoked_key");
        }
        return outcome;
    }

    private static Cidr network(QueryParameters parameters) {
        String text = parameters.text("ip");
        try {
            return text == null ? null : Cidr.parse(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("ip", e.getMessage());
        }
    }
}
