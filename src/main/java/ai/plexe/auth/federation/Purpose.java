package ai.plexe.auth.federation;

import ai.plexe.auth.accesslog.Event;

/** What somebody goes to a provider for. */
enum Purpose {
    SIGN_IN(Event.SIGN_IN),
    CONNECT(Event.IDENTITY_CONNECT),
    REAUTHENTICATE(Event.SESSION_REAUTHENTICATE);

    private final Event event;

    Purpose(Event event) {
        this.event = event;
    }

    /** What the access log calls it. */
    Event event() {
        return event;
    }
}
