/**
 * The door: how a request becomes a {@link ai.plexe.auth.access.Caller}, and what every answer carries. Nothing but
 * HTTP reaches it, and no other package may use it. Event loops only; nothing here waits.
 */
package ai.plexe.auth.gate;
