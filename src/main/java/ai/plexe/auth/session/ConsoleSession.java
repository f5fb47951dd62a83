package ai.plexe.auth.session;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a session, for the list of devices. */
@Entity
@Table(name = "console_session")
class ConsoleSession {

    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    @Column(name = "user_id")
    String userId;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "last_seen_at")
    Instant lastSeenAt;

    @Column(name = "expires_at")
    Instant expiresAt;

    @Column(name = "ended_at")
    Instant endedAt;

    String address;

    @Column(name = "user_agent")
    String userAgent;
}
