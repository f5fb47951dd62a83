/** What happened: every attempt to sign in and everything that changes who may. Any thread; nobody waits for it. */
package ai.plexe.auth.accesslog;
