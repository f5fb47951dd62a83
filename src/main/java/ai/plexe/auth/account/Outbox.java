package ai.plexe.auth.account;

import ai.plexe.auth.session.SessionConfig;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.Variant;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.ext.mail.SMTPException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Mails on their way out. They are written and handed in away from the event loops that answer requests, and nobody
 * waits for them. So many may be under way; one that is refused for now is tried again after growing delays, and then given up
 * and logged: by its kind and recipient, never with its links. A crash loses those under way: people ask again.
 * {@link #send} from any thread.
 */
@ApplicationScoped
class Outbox {

    private static final Logger LOG = Logger.getLogger(Outbox.class);
    private static final int MAX_UNDER_WAY = 1000;
    private static final Duration LONGEST_TRY = Duration.ofSeconds(30);

    private final ReactiveMailer mailer;
    private final KeptMails kept;
    private final Context eventLoop;
    private final boolean hasServer;
    private final String from;
    private final List<Duration> retryDelays;
    private final AtomicInteger underWay = new AtomicInteger();

    Outbox(ReactiveMailer mailer, KeptMails kept, MailConfig config, SessionConfig session, Vertx vertx) {
        this.mailer = mailer;
        this.kept = kept;
        this.eventLoop = ((VertxInternal) vertx).createEventLoopContext();
        this.hasServer = config.smtp().url().isPresent();
        this.from = config.mail().from().orElseGet(() -> noReply(session.publicUrl()));
        this.retryDelays = config.mail().retryDelays();
    }

    /**
     * A mail yet to be written.
     *
     * @param kind what it is called in logs
     * @param text its template; it may hold a secret link
     */
    record Draft(String kind, String to, String subject, Supplier<TemplateInstance> text) {

        @Override
        public String toString() {
            return "Draft[" + kind + "]";
        }
    }

    void warn(@Observes StartupEvent event) {
        if (!hasServer && !KeptMails.isLocal()) {
            LOG.warn(
                    "PLEXE_SMTP_URL is not set: no mail can be sent, so nobody can verify an address or reset a password");
        }
    }

    void warnOfLost(@Observes ShutdownEvent event) {
        if (underWay.get() > 0) {
            LOG.warnf("%d mails were still under way", underWay.get());
        }
    }

    void send(Draft draft) {
        if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
            underWay.decrementAndGet();
            LOG.warnf("too many mails are under way; not sent: %s to %s", draft.kind(), draft.to());
            return;
        }
        Uni.createFrom()
                .item(() -> written(draft))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(this::onEventLoop)
                .subscribe()
                .with(mail -> dispatch(draft, mail), failure -> giveUp(draft, failure));
    }

    /**
     * All mails are handed in from one event loop. The mailer's pool connects on the thread of whoever comes by and listens on
     * the one that asked: from two at once, it may miss what the server says first, and waits for ever.
     */
    private void onEventLoop(Runnable work) {
        eventLoop.runOnContext(begun -> work.run());
    }

    private void dispatch(Draft draft, Mail mail) {
        if (hasServer) {
            tryToSend(draft, mail, 0);
            return;
        }
        underWay.decrementAndGet();
        if (KeptMails.isLocal()) {
            kept.add(draft.to(), mail);
        } else {
            LOG.warnf("PLEXE_SMTP_URL is not set; not sent: %s to %s", draft.kind(), draft.to());
        }
    }

    private void tryToSend(Draft draft, Mail mail, int failedTries) {
        mailer.send(mail)
                .ifNoItem()
                .after(LONGEST_TRY)
                .fail()
                .subscribe()
                .with(sent -> underWay.decrementAndGet(), failure -> tryAgain(draft, mail, failedTries, failure));
    }

    private void tryAgain(Draft draft, Mail mail, int failedTries, Throwable failure) {
        boolean forGood = failure instanceof SMTPException refusal && refusal.isPermanent();
        if (forGood || failedTries == retryDelays.size()) {
            giveUp(draft, failure);
            return;
        }
        LOG.infof("%s to %s not sent yet: %s", draft.kind(), draft.to(), failure.getMessage());
        eventLoop
                .owner()
                .setTimer(
                        Math.max(1, retryDelays.get(failedTries).toMillis()),
                        elapsed -> onEventLoop(() -> tryToSend(draft, mail, failedTries + 1)));
    }

    private void giveUp(Draft draft, Throwable failure) {
        underWay.decrementAndGet();
        LOG.errorf("%s to %s given up: %s", draft.kind(), draft.to(), failure.toString());
    }

    private Mail written(Draft draft) {
        TemplateInstance template = draft.text().get();
        return Mail.withText(draft.to(), draft.subject(), rendered(template, Variant.TEXT_PLAIN))
                .setHtml(rendered(template, Variant.TEXT_HTML))
                .setFrom(from)
                // RFC 3834: no holiday reply comes back.
                .addHeader("Auto-Submitted", "auto-generated");
    }

    private static String rendered(TemplateInstance template, String contentType) {
        Collection<?> variants = (Collection<?>) template.getAttribute(TemplateInstance.VARIANTS);
        Object variant = variants.stream()
                .filter(candidate -> ((Variant) candidate).getContentType().equals(contentType))
                .findFirst()
                .orElseThrow();
        return template.setAttribute(TemplateInstance.SELECTED_VARIANT, variant).render();
    }

    private static String noReply(URI publicUrl) {
        return "Plexe <no-reply@" + publicUrl.getHost() + ">";
    }
}
