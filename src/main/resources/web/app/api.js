// The one way to the API: a problem (RFC 9457) becomes an exception, what may pass by itself is tried again, and a request
// that needs a proof of identity waits for it and goes on.

import {session} from './session.js';

const PAUSES_MS = [400, 1500];

/** The last is what a request is told that has no session at all, such as one whose cookie has expired. */
const ENDED = new Set(['session_expired', 'invalid_session', 'invalid_key']);

/** What the API answered instead of what it was asked for. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body?.detail ?? 'Something went wrong on our side.');
    this.status = status;
    this.code = body?.code ?? 'internal_error';
    this.errors = body?.errors ?? [];
    this.requestId = body?.request_id ?? null;
    this.retryAfter = Number(retryAfter) || null;
  }

  /** Whether trying once more may help. */
  get passing() {
    return this.status >= 500 || this.status === 429;
  }
}

/** There was no answer at all. */
export class Unreachable extends Error {
  constructor() {
    super('The service can’t be reached. Check your connection and try again.');
    this.passing = true;
  }
}

/** The person did not want to prove who they are. */
export class Declined extends Error {}

let proof = async () => false;

/** Who asks the person for a proof of identity; resolves to whether they gave it. */
export function proveWith(ask) {
  proof = ask;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function once(method, path, {body, signal, accept}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      credentials: 'same-origin',
      headers: {
        Accept: accept ?? 'application/json',
        ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (failure) {
    throw failure.name === 'AbortError' ? failure : new Unreachable();
  }
  if (!answer.ok) {
    throw new Problem(answer.status, await answer.json().catch(() => null), answer.headers.get('Retry-After'));
  }
  return answer;
}

async function patiently(method, path, options) {
  for (let tried = 0; ; tried++) {
    try {
      return await once(method, path, options);
    } catch (failure) {
      const again = method === 'GET' && failure.passing && failure.status !== 429 && tried < PAUSES_MS.length;
      if (!again) {
        throw failure;
      }
      await pause(PAUSES_MS[tried]);
    }
  }
}

/** Sends a request as the person who is signed in, or nobody; resolves to the answer as it came. */
export async function send(method, path, options = {}) {
  try {
    const answer = await patiently(method, path, options);
    session.used();
    return answer;
  } catch (failure) {
    if (ENDED.has(failure.code)) {
      session.lost(session.known ? 'session_expired' : 'invalid_session');
    } else if (failure.code === 'reauthentication_required') {
      if (await proof()) {
        return send(method, path, options);
      }
      throw new Declined();
    }
    throw failure;
  }
}

/** A path with its query; what is null or empty is left out. */
export function withQuery(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

async function json(method, path, options) {
  const answer = await send(method, path, options);
  return answer.status === 204 ? null : answer.json();
}

export const get = (path, query, options) => json('GET', withQuery(path, query), options);
export const post = (path, body) => json('POST', path, {body});
export const patch = (path, body) => json('PATCH', path, {body});
export const remove = (path, body) => json('DELETE', path, {body});

/** All pages of a list, as they come; ends early after `most` pages. */
export async function* pages(path, query, {most = Infinity, signal} = {}) {
  let cursor = null;
  let fetched = 0;
  do {
    const page = await get(path, {limit: 200, ...query, cursor}, {signal});
    cursor = page.next_cursor;
    yield page;
  } while (cursor && ++fetched < most);
}
