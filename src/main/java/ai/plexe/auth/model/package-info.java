/**
 * Models, the platform's first protected resource: read it to see how the next one is declared. Reached over HTTP
 * only. Event loops only.
 */
package ai.plexe.auth.model;
