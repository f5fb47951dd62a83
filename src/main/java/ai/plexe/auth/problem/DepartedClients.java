package ai.plexe.auth.problem;

import io.quarkus.logging.LoggingFilter;
import java.io.IOException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/** Keeps out of the log that a client has left in the middle of an answer: it may, and nobody can do anything about it. */
@LoggingFilter(name = "departed-clients")
public final class DepartedClients implements Filter {

    private static final String STREAMS = "org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler";

    @Override
    public boolean isLoggable(LogRecord entry) {
        return !(entry.getThrown() instanceof IOException && STREAMS.equals(entry.getLoggerName()));
    }
}
