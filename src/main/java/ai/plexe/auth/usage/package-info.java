/**
 * What the uses of keys add up to, to be billed by. The access log counts every entry into the table {@code key_usage} in the
 * statement that keeps it; here it is shown. Event loops only.
 */
package ai.plexe.auth.usage;
