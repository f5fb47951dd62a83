package ai.plexe.auth.apikey;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row that tells when and where a key was last used. Written in batches by {@link LastUse}. */
@Entity
@Table(name = "api_key_use")
class KeyUse {

    @Id
    @Column(name = "key_id")
    String keyId;

    @Column(name = "last_used_at")
    Instant at;

    @Column(name = "last_used_ip")
    String ip;
}
