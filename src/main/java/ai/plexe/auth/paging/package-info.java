/** Cursor-paged lists. Values only, usable from any package and thread. */
package ai.plexe.auth.paging;
