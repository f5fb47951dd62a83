import {html} from 'lit';
import {get, post, proveWith, send} from './api.js';
import {Element} from './element.js';
import {go, followLinks, onMove, ownPath, path, query} from './router.js';
import {session} from './session.js';
import {failed, loading} from './parts/states.js';
import {askForProof} from './parts/proof.js';
import {StillThere} from './parts/still-there.js';
import './parts/toast.js';
import './pages/sign-in.js';
import './pages/sign-up.js';
import './pages/mailed-links.js';
import './pages/join.js';
import './pages/api-keys.js';
import './pages/access-logs.js';
import './pages/usage.js';
import './pages/security.js';
import './pages/account.js';

const HOME = '/settings/api-keys';

const OPEN = {
  '/sign-in': {title: 'Sign in', page: () => html`<plexe-sign-in></plexe-sign-in>`},
  '/sign-up': {title: 'Create your account', page: (console) => html`<plexe-sign-up mails=${console.mails}></plexe-sign-up>`},
  '/forgot-password': {title: 'Forgot your password?', page: (console) => html`<plexe-forgot-password mails=${console.mails}></plexe-forgot-password>`},
  '/reset-password': {title: 'Set a new password', page: () => html`<plexe-reset-password></plexe-reset-password>`},
  '/verify-email': {title: 'Confirm your e-mail address', page: () => html`<plexe-verify-email></plexe-verify-email>`},
  '/join': {title: 'You have an account', page: () => html`<plexe-join></plexe-join>`},
  '/proved': {title: 'Thank you', page: () => html`<plexe-proved></plexe-proved>`},
  '/change-email': {title: 'Confirm your new e-mail address', page: () => html`<plexe-change-email></plexe-change-email>`},
};

const INSIDE = {
  '/settings/api-keys': {title: 'API keys', page: () => html`<plexe-api-keys></plexe-api-keys>`},
  '/access-logs': {title: 'Access logs', page: () => html`<plexe-access-logs></plexe-access-logs>`},
  '/usage': {title: 'Usage', page: () => html`<plexe-usage></plexe-usage>`},
  '/settings/security': {title: 'Security', page: () => html`<plexe-security></plexe-security>`},
  '/settings/account': {title: 'Account', page: (console) => html`<plexe-account mails=${console.mails}></plexe-account>`},
};

/** The console: which page is shown, the way between them, and the session's end. */
class Console extends Element {
  static properties = {mails: {}, at: {state: true}, failure: {state: true}};

  constructor() {
    super();
    this.mails = '';
    this.at = path();
    this.failure = null;
    proveWith(askForProof);
    followLinks((to) => to === '/' || to in OPEN || to in INSIDE);
    onMove(() => this.move());
    session.addEventListener('changed', () => this.requestUpdate());
    session.addEventListener('lost', ({detail}) => this.leave(detail));
    session.addEventListener('ending', () => this.warn());
    session.addEventListener('going-on', () => this.warning?.finish());
  }

  connectedCallback() {
    super.connectedCallback();
    this.move();
  }

  get place() {
    return OPEN[this.at] ?? INSIDE[this.at];
  }

  async move() {
    this.at = path();
    if (this.at === '/') {
      go(HOME, {replace: true});
      return;
    }
    document.title = `${this.place.title} – Plexe`;
    if (this.at in INSIDE && !session.known) {
      await this.begin();
    }
    await this.updateComplete;
    this.querySelector('h1')?.focus();
  }

  /** Learns who is signed in; nobody is led to the sign-in by the session's loss. */
  async begin() {
    this.failure = null;
    try {
      const answer = await send('GET', '/auth/session');
      const now = Date.parse(answer.headers.get('Date')) || Date.now();
      const current = await answer.json();
      session.began(await get('/auth/account'), current, now);
    } catch (failure) {
      if (failure.status !== 401) {
        this.failure = failure;
      }
    }
  }

  /** The session is over: to the sign-in, and afterwards back to here. */
  leave(why) {
    document.querySelectorAll('dialog').forEach((dialog) => dialog.parentElement.finish?.());
    if (!(this.at in INSIDE)) {
      return;
    }
    const back = why ? location.pathname + location.search : null;
    const to = new URLSearchParams({...(back && back !== HOME ? {next: back} : {}), ...(why === 'session_expired' ? {ended: 'idle'} : {})});
    go(`/sign-in${to.size ? `?${to}` : ''}`);
  }

  warn() {
    this.warning = new StillThere();
    this.warning.open();
  }

  /** After signing in: to where the person was, or wanted to go. */
  async enter() {
    const next = ownPath(query().next);
    await this.begin();
    if (session.known) {
      go(next && next.split('?')[0] in INSIDE ? next : HOME, {replace: true});
    }
  }

  async signOut() {
    try {
      await post('/auth/logout');
      session.lost(null);
    } catch (failure) {
      this.failure = failure;
    }
  }

  link(to) {
    return html`<li><a href=${to} aria-current=${to === this.at ? 'page' : 'false'}>${INSIDE[to].title}</a></li>`;
  }

  render() {
    return html`${this.at in INSIDE ? this.inside() : this.outside()}<plexe-toasts></plexe-toasts>`;
  }

  outside() {
    return html`<div class="outside" @signed-in=${this.enter}>
      <header><a class="brand" href="/sign-in"><img src="/static/icon.svg" alt="" width="32" height="32" />Plexe</a></header>
      <main class="card">${this.failure ? failed(this.failure, () => this.enter()) : this.place?.page(this)}</main>
    </div>`;
  }

  inside() {
    return html`<a class="skip" href="#content" @click=${this.skip}>Skip to the content</a>
      <div class="inside">
        <header class="bar">
          <a class="brand" href=${HOME}><img src="/static/icon.svg" alt="" width="28" height="28" />Plexe</a>
          ${session.user
            ? html`<div class="who"><span title=${session.user.email}>${session.account.name}</span>
                <button type="button" class="quiet" @click=${this.signOut}>Sign out</button></div>`
            : null}
        </header>
        <nav aria-label="Console">
          <ul>
            ${Object.keys(INSIDE).map((to) => this.link(to))}
          </ul>
        </nav>
        <main id="content" tabindex="-1">
          ${this.failure ? failed(this.failure, () => this.begin()) : session.known ? this.place.page(this) : loading('your account')}
        </main>
      </div>`;
  }

  skip(event) {
    event.preventDefault();
    this.querySelector('#content').focus();
  }
}

customElements.define('plexe-console', Console);
