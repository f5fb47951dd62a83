package ai.plexe.auth.model;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of a model. */
@Entity
@Table(name = "model")
class Model {

    @Id
    String id;

    @Column(name = "account_id")
    String accountId;

    String name;

    String description;

    @Column(name = "created_at")
    Instant createdAt;
}
