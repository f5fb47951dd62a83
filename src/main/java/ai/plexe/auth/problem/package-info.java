/**
 * Errors: their codes, their one shape, and the way from any failure to it. Any package may throw a
 * {@link ai.plexe.auth.problem.ProblemException}; this package knows none of them. Everything here runs on event loops
 * and never waits.
 */
package ai.plexe.auth.problem;
