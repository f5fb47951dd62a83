/** Accounts and the people in them. Event loops only, but for the hashing of passwords, which has its own workers. */
package ai.plexe.auth.account;
