/** The web console: its document, and how its bundled files are served; no logic. Nobody uses this package. Event loops. */
package ai.plexe.auth.console;
