/**
 * Plexe Auth: who is this, and may they? Here are the way in, the translation of settings, what of the framework's
 * metrics is left out, and what of its start the binary gives back; everything else lives in a package of its own.
 * Main thread, at the start, unless a class says otherwise.
 */
package ai.plexe.auth;
