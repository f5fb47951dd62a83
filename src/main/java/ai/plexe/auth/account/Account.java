package ai.plexe.auth.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of an account: whom keys, people and resources belong to. */
@Entity
@Table(name = "account")
class Account {

    @Id
    String id;

    String name;

    boolean operator;

    @Column(name = "created_at")
    Instant createdAt;

    /** Null while the account lives. */
    @Column(name = "deleted_at")
    Instant deletedAt;
}
