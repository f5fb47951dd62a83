/** Pages for people; no logic. Nobody uses this package. Event loops only. */
package ai.plexe.auth.console;
