package ai.plexe.auth.validation;

import ai.plexe.auth.problem.JsonProblems;
import ai.plexe.auth.problem.Problem.FieldError;
import ai.plexe.auth.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;

/** Holds bodies to their constraints and tells what is wrong in the names that JSON has. Never waits. */
@ApplicationScoped
public class Validated {

    private final Validator validator;

    Validated(Validator validator) {
        this.validator = validator;
    }

    /**
     * The body itself, if there is one and nothing is wrong with it.
     *
     * @throws ProblemException {@code validation_failed}, naming every field that is wrong
     */
    public <T> T body(T body) {
        if (body == null) {
            throw ProblemException.invalid("body", "is missing");
        }
        List<FieldError> errors = validator.validate(body).stream()
                .map(Validated::fieldError)
                .sorted(Comparator.comparing(FieldError::field))
                .toList();
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
        return body;
    }

    private static FieldError fieldError(ConstraintViolation<?> violation) {
        StringBuilder field = new StringBuilder();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.isInIterable()) {
                field.append('[')
                        .append(node.getKey() == null ? node.getIndex() : node.getKey())
                        .append(']');
            }
            if (node.getKind() == ElementKind.PROPERTY) {
                field.append(field.isEmpty() ? "" : ".").append(JsonProblems.snakeCase(node.getName()));
            }
        }
        return new FieldError(field.toString(), violation.getMessage());
    }
}
