package ai.plexe.auth.gate;

import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/**
 * Who makes a request, in the eyes of Quarkus's own security: nobody, ever. Callers are known by
 * {@link ai.plexe.auth.access.Caller} alone, and this spares each request the bean in which it would be kept. Any thread.
 */
@Singleton
class Nobody implements CurrentIdentityAssociation {

    private static final SecurityIdentity ANONYMOUS =
            QuarkusSecurityIdentity.builder().setAnonymous(true).build();

    @Override
    public void setIdentity(SecurityIdentity identity) {}

    @Override
    public void setIdentity(Uni<SecurityIdentity> identity) {}

    @Override
    public SecurityIdentity getIdentity() {
        return ANONYMOUS;
    }

    @Override
    public Uni<SecurityIdentity> getDeferredIdentity() {
        return Uni.createFrom().item(ANONYMOUS);
    }
}
