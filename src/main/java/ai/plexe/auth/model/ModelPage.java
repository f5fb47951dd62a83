package ai.plexe.auth.model;

import io.vertx.core.buffer.Buffer;

/**
 * Models as they are told: in JSON already, for a list is told far more often than it changes.
 *
 * @param nextCursor null at the end
 */
record ModelPage(Buffer json, String nextCursor) {}
