/** Constraints that bodies and parameters are held to, beside Bean Validation's own. Usable from any package. */
package ai.plexe.auth.validation;
