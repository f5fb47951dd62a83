/**
 * Plexe Auth: who is this, and may they? Here are the way in, the translation of settings, and what of the
 * framework's metrics is left out; everything else lives in a package of its own. Main thread, at the start.
 */
package ai.plexe.auth;
