package ai.plexe.auth;

import io.quarkus.runtime.Application;
import io.quarkus.runtime.ImageMode;

/**
 * Whether this code runs in the built service, rather than inside the build or in an IDE before it.
 * Any thread.
 */
final class QuarkusBuild {

    private QuarkusBuild() {}

    static boolean isDone() {
        if (ImageMode.current() != ImageMode.JVM) {
            return ImageMode.current() == ImageMode.NATIVE_RUN;
        }
        try {
            Class.forName(
                    Application.APP_CLASS_NAME, false, Thread.currentThread().getContextClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
