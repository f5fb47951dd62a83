/**
 * What is true of every operation and can be read from its form, added to the OpenAPI document. What is true of one is
 * said by annotations where it is declared; this package knows no feature. Runs in the build only.
 */
package ai.plexe.auth.openapi;
