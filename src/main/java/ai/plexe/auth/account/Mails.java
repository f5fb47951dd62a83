package ai.plexe.auth.account;

import ai.plexe.auth.access.Client;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The mails that people get. Each is sent in the background, so that no answer tells by its time whether there was one; one
 * that can't be delivered is tried again and then logged, without its links. Event loops only.
 */
@ApplicationScoped
class Mails {

    /** A sign-in from a device that the person has not used before. */
    void newDevice(String email, String name, Client client) {
        throw new UnsupportedOperationException();
    }

    /** Too many wrong passwords: further tries are slowed down, and a mailed link lets the person in. */
    void locked(String email, String name, Client client) {
        throw new UnsupportedOperationException();
    }
}
