package ai.plexe.auth.account;

import io.quarkus.mailer.Mail;
import io.quarkus.runtime.LaunchMode;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * The last mails of a service that runs on a developer's machine without an SMTP server: kept in memory and logged whole,
 * links included, so that what asks for a mailed link can be tried out. Elsewhere there are none. Any thread.
 */
@ApplicationScoped
public class KeptMails {

    private static final Logger LOG = Logger.getLogger(KeptMails.class);
    private static final int MAX = 100;
    private static final Pattern LINK = Pattern.compile("https?://\\S+");

    /** How local mode tells the rest of the service that it was entered; no setting of an operator's does so. */
    private static final String LOCAL_MODE = "plexe.local.data-directory";

    private final Clock clock;
    private final Deque<KeptMail> mails = new ArrayDeque<>();

    KeptMails(Clock clock) {
        this.clock = clock;
    }

    /** A mail as its recipient would have got it. */
    public record KeptMail(Instant time, String to, String subject, String text, String html) {

        /** The address it leads to; null if none. */
        public String link() {
            Matcher link = LINK.matcher(text);
            return link.find() ? link.group() : null;
        }
    }

    /** Whether this service is a developer's own: in local mode, or in Quarkus's development mode. */
    public static boolean isLocal() {
        return System.getProperty(LOCAL_MODE) != null || LaunchMode.current().isDev();
    }

    void add(String to, Mail mail) {
        LOG.infof("mail to %s: %s%n%s", to, mail.getSubject(), mail.getText());
        KeptMail added = new KeptMail(
                clock.instant().truncatedTo(ChronoUnit.SECONDS), to, mail.getSubject(), mail.getText(), mail.getHtml());
        synchronized (mails) {
            mails.addFirst(added);
            if (mails.size() > MAX) {
                mails.removeLast();
            }
        }
    }

    /** What was kept, newest first. */
    public List<KeptMail> newestFirst() {
        synchronized (mails) {
            return List.copyOf(mails);
        }
    }
}
