/**
 * API keys: the secret, the record, its life, the one look-up, the verdict. The gate asks {@link
 * ai.plexe.auth.apikey.ApiKeyVerifier}; everything else is reached over HTTP. Event loops only; a Hibernate Reactive
 * session lives within one service call and is never used in parallel.
 */
package ai.plexe.auth.apikey;
