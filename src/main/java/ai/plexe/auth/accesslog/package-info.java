/**
 * What happened: every attempt to sign in, every use of a key or session, and everything that changes who may. Entries go to
 * Redis without making anybody wait ({@code AccessLog}, or the script that judges a key), from there to PostgreSQL in
 * batches ({@code Ingestion}), and are shown to the account's administrators. Told from any thread; the rest is on event loops.
 */
package ai.plexe.auth.accesslog;
