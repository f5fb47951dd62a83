package ai.plexe.auth.account;

import ai.plexe.auth.session.OpenedSession;

/** An open session, and whose it is. */
record SignedIn(OpenedSession session, Credentials user) {}
