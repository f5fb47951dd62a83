package ai.plexe.auth.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The level that a caller needs for this resource method: all that a resource says about access. The gate judges the
 * request before its body is read; a method that runs finds its {@link Caller} in the security context.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RequiresLevel {
    PermissionLevel value();

    /** Whether a service key may call the method at any level. */
    boolean orService() default false;

    /** Whether only a person may call the method: an API key changes nobody's password, address or sessions. */
    boolean sessionOnly() default false;

    /** Whether a person's last proof of identity must not be older than ten minutes; a program's key is one always. */
    boolean recentProof() default false;
}
