/**
 * Plexe Auth: who is this, and may they? Here are the way in and the translation of settings; everything else lives in
 * a package of its own. Main thread, before the service starts.
 */
package ai.plexe.auth;
