package ai.plexe.auth.account;

import ai.plexe.auth.accesslog.AlertMails;
import ai.plexe.auth.accesslog.KeyAlert;
import ai.plexe.auth.database.Work;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Mails alerts about keys to the owner of their account. Event loops only. */
@ApplicationScoped
class KeyAlertMails implements AlertMails {

    private final AccountUserRepository users;
    private final Mails mails;

    KeyAlertMails(AccountUserRepository users, Mails mails) {
        this.users = users;
        this.mails = mails;
    }

    @Override
    public Uni<Void> send(KeyAlert alert) {
        return Work.inSession(() -> users.ownerOf(alert.accountId()))
                .invoke(owner -> {
                    if (owner != null && owner.emailVerifiedAt != null) {
                        mails.keyAlert(owner.email, owner.name, alert);
                    }
                })
                .replaceWithVoid();
    }
}
