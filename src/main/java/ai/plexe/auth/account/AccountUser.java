package ai.plexe.auth.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a person in an account. */
@Entity
@Table(name = "account_user")
class AccountUser {

    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    String email;

    String name = "";

    /** Null until a mailed link has proved the address. */
    @Column(name = "email_verified_at")
    Instant emailVerifiedAt;

    @Column(name = "password_hash")
    String passwordHash;

    /** Raised whenever what the user signs in with changes. */
    @Column(name = "credentials_version")
    int credentialsVersion;

    String role;

    @Column(name = "created_at")
    Instant createdAt;
}
