package ai.plexe.auth.accesslog;

import io.smallrye.mutiny.Uni;

/** Mails alerts to those who own the account; by those who know them. Event loops only. */
public interface AlertMails {

    Uni<Void> send(KeyAlert alert);
}
