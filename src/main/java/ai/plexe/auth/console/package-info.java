/** Pages for people; no logic. Nobody uses this package. Workers. */
package ai.plexe.auth.console;
