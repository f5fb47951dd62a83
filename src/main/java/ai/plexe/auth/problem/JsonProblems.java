package ai.plexe.auth.problem;

import ai.plexe.auth.problem.Problem.FieldError;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is wrong with a JSON body, in words for whoever wrote it, without Java's names and without its values. */
public final class JsonProblems {

    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
    private static final String WHOLE_BODY = "body";

    private JsonProblems() {}

    public static ProblemException of(JsonProcessingException cause) {
        if (cause instanceof UnrecognizedPropertyException unknown) {
            return ProblemException.invalid(path(unknown), "is not a known member");
        }
        if (cause instanceof InvalidFormatException format) {
            return ProblemException.invalid(path(format), expectation(format));
        }
        if (cause instanceof ValueInstantiationException refused && refused.getCause() != null) {
            return ProblemException.invalid(path(refused), refused.getCause().getMessage());
        }
        if (cause instanceof MismatchedInputException mismatch) {
            return ProblemException.invalid(path(mismatch), expectation(mismatch));
        }
        if (cause instanceof JsonMappingException mapping && mapping.getCause() instanceof InputCoercionException) {
            return ProblemException.invalid(path(mapping), "must be a whole number in range");
        }
        if (cause instanceof JsonMappingException mapping
                && mapping.getCause() instanceof JsonProcessingException syntax) {
            return of(syntax);
        }
        return ProblemException.invalid(List.of(new FieldError(WHOLE_BODY, syntaxError(cause))));
    }

    /** {@code permissionLevel} as JSON has it: {@code permission_level}. */
    public static String snakeCase(String camelCase) {
        return CAPITAL.matcher(camelCase).replaceAll(m -> "_" + m.group().toLowerCase(Locale.ROOT));
    }

    private static String syntaxError(JsonProcessingException cause) {
        String message = cause.getOriginalMessage();
        if (message != null && message.startsWith("Duplicate field")) {
            return "has a member twice: " + message.substring("Duplicate field ".length());
        }
        if (message != null && message.contains("nesting depth")) {
            return "is nested too deeply";
        }
        return cause.getLocation() == null
                ? "is not valid JSON"
                : "is not valid JSON near line %d, column %d"
                        .formatted(
                                cause.getLocation().getLineNr(),
                                cause.getLocation().getColumnNr());
    }

    private static String expectation(MismatchedInputException mismatch) {
        Class<?> type = mismatch.getTargetType();
        if (type == null) {
            return "has the wrong type";
        }
        if (Temporal.class.isAssignableFrom(type)) {
            return "must be a time in RFC 3339, such as 2030-01-31T12:00:00Z";
        }
        if (type == String.class) {
            return "must be a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "must be true or false";
        }
        if (type == int.class || type == long.class || Number.class.isAssignableFrom(type)) {
            return "must be a whole number in range";
        }
        if (Collection.class.isAssignableFrom(type)) {
            return "must be an array";
        }
        return type.isEnum() ? "must be a string" : "must be an object";
    }

    private static String path(JsonMappingException cause) {
        StringBuilder path = new StringBuilder();
        for (Reference reference : cause.getPath()) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        String name = path.toString();
        return name.isEmpty() || Redaction.isNeeded(name) ? WHOLE_BODY : name;
    }
}
