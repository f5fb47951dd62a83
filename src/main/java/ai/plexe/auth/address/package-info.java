/** IP addresses and networks. Values only, no look-ups, usable from any package and thread. */
package ai.plexe.auth.address;
