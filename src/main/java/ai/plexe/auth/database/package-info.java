/** How PostgreSQL is reached, and for how long it is waited for. Knows no tables. */
package ai.plexe.auth.database;
