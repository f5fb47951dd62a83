/**
 * Local mode: a real PostgreSQL and a real Redis as child processes of the service, so that it
 * starts from nothing but a JDK. Their data lies under one data directory, which one service at a
 * time may use.
 *
 * <p>{@link ai.plexe.auth.PlexeAuth} enters it before the service starts; tests may start servers
 * of their own. Nothing else uses this package, and it uses no other but {@code apikey} and
 * {@code access}, for the demo account's key. Linux and macOS on the JVM only: the native binary
 * carries no database.
 *
 * <p>The servers are ended by a small shell script, the watchdog, whose standard input is a pipe
 * held open by this JVM: a pipe is closed by the kernel even when the JVM is killed. They run in
 * sessions of their own, so a Ctrl-C in the terminal reaches the service first.
 *
 * <p>All methods block, and are called on the main thread before the service starts or on a
 * shutdown thread.
 */
package ai.plexe.auth.local;
