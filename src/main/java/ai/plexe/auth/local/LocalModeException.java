package ai.plexe.auth.local;

/**
 * Local mode can't be entered. The message is one sentence for whoever started the service and
 * holds no secret.
 */
public final class LocalModeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LocalModeException(String message) {
        super(message);
    }

    LocalModeException(String message, Throwable cause) {
        super(message, cause);
    }
}
