/**
 * The words in which access is spoken of: levels, the caller, and the annotation by which a resource method declares
 * what it needs. Values only, usable from any package and thread.
 */
package ai.plexe.auth.access;
