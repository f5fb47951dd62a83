/** What time it is. */
package ai.plexe.auth.time;
