import {get, withQuery} from './api.js';
import {session} from './session.js';

const LOOK_MS = 2000;
const LATELY_MS = 4 * 60_000;

/**
 * Calls back with each entry of the access log as it is written, until the function that it returns is called. It rests while
 * nobody sits there: a page that is left open must not keep its session open.
 *
 * @param from since when, as the API tells time; what was more than a few minutes ago is left out
 * @param settled called with whether the log is being followed right now
 */
export function follow(filters, from, callback, settled = () => {}) {
  let stream = null;
  let last = null;

  function begin(since) {
    stream = new EventSource(withQuery('/auth/access-logs/stream', {...filters, from: since}));
    stream.onopen = () => {
      session.used();
      settled(true);
    };
    stream.onmessage = ({data}) => {
      const entry = JSON.parse(data);
      last = entry.log_id;
      callback(entry);
    };
    stream.onerror = () => {
      settled(false);
      if (stream?.readyState === EventSource.CLOSED) {
        stream = null;
        get('/auth/session').catch(() => {});
      }
    };
  }

  /** A stream that was rested begins anew, and what was missed is fetched. */
  async function look() {
    if (session.attended && !stream) {
      const missed = last ? await get('/auth/access-logs', {...filters, limit: 200}).catch(() => null) : null;
      missed?.entries
        .filter(({log_id: id}) => id > last)
        .reverse()
        .forEach(callback);
      begin(null);
    } else if (!session.attended && stream) {
      stream.close();
      stream = null;
      settled(false);
    }
  }

  begin(from && Date.now() - Date.parse(from) < LATELY_MS ? from : null);
  const looking = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(looking);
    stream?.close();
    stream = null;
  };
}
