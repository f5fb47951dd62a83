/** The first account of an installation. Runs once, at start, on the main thread. */
package ai.plexe.auth.bootstrap;
