import {html} from 'lit';
import {get, post} from '../api.js';
import {clock} from '../format.js';
import {session} from '../session.js';
import {Dialog} from './dialog.js';

/** Warns that the session is about to end. */
export class StillThere extends Dialog {
  constructor() {
    super();
    this.heading = session.final ? 'Your session ends soon' : 'Still there?';
    this.ticking = setInterval(() => this.requestUpdate(), 500);
    this.done.then(() => clearInterval(this.ticking));
  }

  /** Whoever closes it is there. */
  async stay() {
    this.finish();
    if (!session.final) {
      await get('/auth/session').catch(() => {});
    }
  }

  cancelled(event) {
    event.preventDefault();
    this.stay();
  }

  get dismissible() {
    return false;
  }

  async signOut() {
    this.finish();
    await post('/auth/logout').catch(() => {});
    session.lost(null);
  }

  content() {
    return html`<p role="timer">
        ${session.final
          ? 'Sessions do not last longer than this one has. You will be asked to sign in again in '
          : 'You have not done anything for a while. You will be signed out in '}<strong>${clock(session.left)}</strong>.
      </p>
      <footer>
        <button type="button" @click=${this.signOut}>Sign out now</button>
        <button type="button" class="primary" autofocus @click=${this.stay}>${session.final ? 'All right' : 'Stay signed in'}</button>
      </footer>`;
  }
}

customElements.define('plexe-still-there', StillThere);
