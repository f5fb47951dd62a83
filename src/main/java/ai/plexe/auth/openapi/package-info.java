/**
 * What is true of every operation and can be read from its form, added to the OpenAPI document. What is true of one is
 * said by annotations where it is declared; this package knows no feature. Runs in the build only, but for {@link
 * ai.plexe.auth.openapi.LateDocument}, which has the service read what the build wrote.
 */
package ai.plexe.auth.openapi;
