package ai.plexe.auth.apikey;

import ai.plexe.auth.access.PermissionLevel;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The row of a key. Never leaves this package, never cached. */
@Entity
@Table(name = "api_key")
class ApiKey {

    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    String name;

    @Column(name = "permission_level")
    PermissionLevel level;

    boolean service;

    String digest;

    String preview;

    @Column(name = "rate_limit_requests")
    Long rateLimitRequests;

    @Column(name = "rate_limit_window_seconds")
    Integer rateLimitWindowSeconds;

    @Column(name = "allowed_ips")
    String[] allowedIps;

    @JdbcTypeCode(SqlTypes.JSON)
    Map<String, String> metadata;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "expires_at")
    Instant expiresAt;

    @Column(name = "rotated_at")
    Instant rotatedAt;

    @Column(name = "revoked_at")
    Instant revokedAt;
}
