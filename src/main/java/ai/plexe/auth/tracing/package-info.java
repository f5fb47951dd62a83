/** What traces tell, where there are any. */
package ai.plexe.auth.tracing;
