package ai.plexe.auth.testing;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The real SMTP server that the tests' service hands its mails to. */
public final class SmtpServer implements QuarkusTestResourceLifecycleManager {

    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final Pattern TOKEN = Pattern.compile("(https?://\\S+)#token=([A-Za-z0-9_-]{43})(?=\\s)");

    private static GreenMail server;

    /** A mail as it arrived. */
    public record Mail(String from, List<String> to, String subject, String text, String html) {

        /** The page that its link opens. */
        public String page() {
            return link().group(1);
        }

        /** The token in its link. */
        public String token() {
            return link().group(2);
        }

        private Matcher link() {
            Matcher link = TOKEN.matcher(text);
            if (!link.find()) {
                throw new AssertionError("no link in " + text);
            }
            return link;
        }
    }

    @Override
    public Map<String, String> start() {
        server = startOn(freePort());
        return Map.of(
                "plexe.smtp.url",
                url(server),
                "plexe.mail.from",
                "Plexe <auth@plexe.example>",
                "plexe.mail.retry-delays",
                "100ms,1s,5s");
    }

    @Override
    public void stop() {
        server.stop();
    }

    /** A server of a test's own. */
    public static GreenMail startOn(int port) {
        GreenMail greenMail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        greenMail.start();
        return greenMail;
    }

    public static String url(GreenMail greenMail) {
        return "smtp://127.0.0.1:" + greenMail.getSmtp().getPort();
    }

    /** The newest mail to this address with this subject, waited for. */
    public static Mail await(String to, String subject) {
        return awaitNth(to, subject, 1);
    }

    /** The newest of at least {@code n} such mails, waited for. */
    public static Mail awaitNth(String to, String subject, int n) {
        return awaitNth(server, to, subject, n);
    }

    public static Mail awaitNth(GreenMail greenMail, String to, String subject, int n) {
        Awaitility.await(subject + " to " + to)
                .atMost(LONGEST)
                .until(() -> received(greenMail, to, subject).size() >= n);
        List<Mail> mails = received(greenMail, to, subject);
        return mails.get(mails.size() - 1);
    }

    /** The mails to this address with this subject that have arrived so far, oldest first. */
    public static List<Mail> received(String to, String subject) {
        return received(server, to, subject);
    }

    private static List<Mail> received(GreenMail greenMail, String to, String subject) {
        return Arrays.stream(greenMail.getReceivedMessages())
                .filter(message -> isFor(to, subject, message))
                .map(SmtpServer::mail)
                .toList();
    }

    private static boolean isFor(String to, String subject, MimeMessage message) {
        try {
            return recipients(message).equals(List.of(to)) && subject.equals(message.getSubject());
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> recipients(MimeMessage message) throws MessagingException {
        return Arrays.stream(message.getRecipients(Message.RecipientType.TO))
                .map(Object::toString)
                .toList();
    }

    private static Mail mail(MimeMessage message) {
        try {
            return new Mail(
                    message.getFrom()[0].toString(),
                    recipients(message),
                    message.getSubject(),
                    part(message, "text/plain"),
                    part(message, "text/html"));
        } catch (MessagingException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(MimeMessage message, String type) throws MessagingException, IOException {
        Multipart parts = (Multipart) message.getContent();
        for (int i = 0; i < parts.getCount(); i++) {
            BodyPart part = parts.getBodyPart(i);
            if (part.isMimeType(type)) {
                return part.getContent().toString();
            }
        }
        throw new AssertionError("no " + type);
    }

    private static int freePort() {
        try {
            return Instance.freePort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
