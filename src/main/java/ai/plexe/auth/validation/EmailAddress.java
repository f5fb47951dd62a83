package ai.plexe.auth.validation;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.regex.Pattern;

/**
 * An e-mail address that every mail server takes: dot-atoms (RFC 5322, 3.2.3) at a host name, at most 254 characters
 * (RFC 5321, 4.5.3.1). Plain ASCII, so that no two addresses are one in lower case and two in a mailbox's eyes; nothing
 * that could end a mail's header line, or name a second recipient.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = EmailAddress.Validator.class)
public @interface EmailAddress {

    String message() default "is not an e-mail address";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Judges one text; null is left to others. */
    class Validator implements ConstraintValidator<EmailAddress, String> {

        private static final int LONGEST = 254;
        private static final int LONGEST_LOCAL = 64;
        private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++";
        private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
        private static final Pattern FORM =
                Pattern.compile(ATOM + "(?:\\." + ATOM + ")*+@(?:" + LABEL + "\\.)++" + LABEL);

        @Override
        public boolean isValid(String text, ConstraintValidatorContext context) {
            return text == null
                    || text.length() <= LONGEST
                            && text.indexOf('@') <= LONGEST_LOCAL
                            && FORM.matcher(text).matches();
        }
    }
}
