/** Ids that sort by age. Values only, usable from any package and thread. */
package ai.plexe.auth.id;
