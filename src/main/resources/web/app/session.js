// Who is signed in, and until when. The session itself is a cookie that no script can read; what is known here is what the
// API told. Tabs tell each other, so that one does not warn of an end that another has put off.

const CHANNEL = 'plexe-session';
const LONGEST_WARNING_MS = 120_000;
const AWAY_AFTER_MS = 5 * 60_000;

class Session extends EventTarget {
  constructor() {
    super();
    this.account = null;
    this.known = null;
    this.idleMs = 0;
    this.idleEnd = Infinity;
    this.end = Infinity;
    this.seen = Date.now();
    this.warned = false;
    this.tabs = new BroadcastChannel(CHANNEL);
    this.tabs.onmessage = ({data}) => this.heard(data);
    for (const sign of ['pointerdown', 'keydown', 'pointermove']) {
      addEventListener(sign, () => (this.seen = Date.now()), {passive: true, capture: true});
    }
    setInterval(() => this.tick(), 500);
  }

  get user() {
    return this.account?.user ?? null;
  }

  /** Whether a person sits there; if not, nothing is fetched by itself, which would keep their session open. */
  get attended() {
    return document.visibilityState === 'visible' && Date.now() - this.seen < AWAY_AFTER_MS;
  }

  /** Learns of the session that the API told of, at this time on its own clock. */
  began(account, current, now) {
    this.account = account;
    this.known = current;
    const skew = Date.now() - now;
    this.idleMs = Date.parse(current.idle_expires_at) - now;
    this.end = Date.parse(current.expires_at) + skew;
    this.windUp();
    this.changed();
  }

  /** A request was answered: the session goes on. */
  used() {
    if (this.known) {
      this.windUp();
      this.tabs.postMessage({used: this.idleEnd, session: this.known.session_id});
    }
  }

  windUp() {
    this.idleEnd = Math.min(Date.now() + this.idleMs, this.end);
    this.stopWarning();
  }

  /** The session has ended, or there never was one: `why` is the API's code, or null if the person wanted it. */
  lost(why) {
    const had = this.known !== null;
    this.forget();
    if (had) {
      this.tabs.postMessage({lost: why});
    }
    this.dispatchEvent(new CustomEvent('lost', {detail: why}));
  }

  forget() {
    this.account = null;
    this.known = null;
    this.idleEnd = Infinity;
    this.end = Infinity;
    this.stopWarning();
  }

  changed() {
    this.dispatchEvent(new Event('changed'));
  }

  heard({used, lost, session}) {
    if (used && this.known?.session_id === session) {
      this.idleEnd = Math.max(this.idleEnd, used);
      this.stopWarning();
    } else if (lost !== undefined && this.known) {
      this.forget();
      this.dispatchEvent(new CustomEvent('lost', {detail: lost}));
    }
  }

  /** Milliseconds until the session ends by itself. */
  get left() {
    return Math.min(this.idleEnd, this.end) - Date.now();
  }

  /** Whether nothing puts the end off any more. */
  get final() {
    return this.end <= this.idleEnd;
  }

  tick() {
    if (!this.known) {
      return;
    }
    if (this.left <= 0) {
      this.lost('session_expired');
    } else if (!this.warned && this.left < Math.min(LONGEST_WARNING_MS, this.idleMs / 2)) {
      this.warned = true;
      this.dispatchEvent(new Event('ending'));
    }
  }

  stopWarning() {
    if (this.warned) {
      this.warned = false;
      this.dispatchEvent(new Event('going-on'));
    }
  }
}

export const session = new Session();
