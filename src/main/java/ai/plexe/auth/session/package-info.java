/**
 * Console sessions: the tokens that stand for them, the keys that sign those, and how long they live. How people prove who
 * they are is not known here. Event loops only.
 */
package ai.plexe.auth.session;
