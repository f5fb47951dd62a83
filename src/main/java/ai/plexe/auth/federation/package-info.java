/**
 * Sign in with Google, GitHub or any OpenID provider. Quarkus OIDC speaks the protocol; what follows from an identity that was
 * proved is {@code account}'s business. The only package that knows OAuth. Nobody uses it. Event loops only.
 */
package ai.plexe.auth.federation;
