package ai.plexe.auth.accesslog;

import ai.plexe.auth.access.Client;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** What happened, told without making anybody wait. Any thread. */
@ApplicationScoped
public class AccessLog {

    private static final Logger LOG = Logger.getLogger(AccessLog.class);

    /**
     * Something that a person or a program did, or tried to do.
     *
     * @param event such as {@code login} or {@code password.change}
     * @param outcome {@code ok}, or the code of the problem
     * @param accountId null if unknown
     * @param userId null if unknown
     * @param sessionId null if there is none
     */
    public record Entry(
            String event, String outcome, String accountId, String userId, String sessionId, Client client) {}

    public void record(Entry entry) {
        LOG.infof(
                "event=%s outcome=%s account_id=%s user_id=%s session_id=%s address=%s user_agent=\"%s\" request_id=%s",
                entry.event(),
                entry.outcome(),
                entry.accountId(),
                entry.userId(),
                entry.sessionId(),
                entry.client().address(),
                quotable(entry.client().userAgent()),
                entry.client().requestId());
    }

    private static String quotable(String userAgent) {
        return userAgent == null ? "" : userAgent.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
