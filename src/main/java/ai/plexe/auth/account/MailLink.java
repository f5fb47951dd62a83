package ai.plexe.auth.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a link that was mailed. Never leaves this package. */
@Entity
@Table(name = "mail_link")
class MailLink {

    @Id
    String digest;

    @Column(name = "user_id")
    String userId;

    String purpose;

    String email;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "expires_at")
    Instant expiresAt;
}
