import {html, nothing} from 'lit';
import {get, post, remove} from '../api.js';
import {count, number, relative} from '../format.js';
import {Dialog} from '../parts/dialog.js';
import {Form} from '../parts/form.js';

const GRACES = [
  ['0', 'Not at all: it stops now'],
  ['3600', 'For an hour'],
  ['86400', 'For a day'],
  ['604800', 'For a week'],
];
const HOUR_MS = 3_600_000;

/** A new secret under the same name. */
export class RotateKey extends Dialog {
  constructor(key) {
    super();
    this.key = key;
    this.heading = `Rotate “${key.name}”`;
    this.form = new Form(this);
  }

  content() {
    return html`<form
      novalidate
      @submit=${this.form.sending(async ({grace}) =>
        this.finish(await post(`/auth/api-keys/${this.key.key_id}/rotate`, {grace_period_seconds: Number(grace)})),
      )}
    >
      <p>The key gets a new secret and keeps its id, its settings and its history. Use a grace period to bring the new secret to your programs before the old one stops.</p>
      ${this.form.alert()}
      <div class="field">
        <label for="grace">How long shall the old secret work?</label>
        <select id="grace" name="grace" autofocus>
          ${GRACES.map(([value, label]) => html`<option value=${value} ?selected=${value === '86400'}>${label}</option>`)}
        </select>
      </div>
      <footer>
        <button type="button" @click=${() => this.finish()}>Cancel</button>
        ${this.form.submit('Rotate')}
      </footer>
    </form>`;
  }
}

/** The end of a key, and what will break. */
export class RevokeKey extends Dialog {
  static properties = {recent: {state: true}};

  constructor(key) {
    super();
    this.key = key;
    this.heading = `Revoke “${key.name}”?`;
    this.form = new Form(this);
    this.recent = undefined;
    this.look();
  }

  /** How much it is used: uses in the last full hour and the one under way. */
  async look() {
    try {
      const from = new Date(Date.now() - HOUR_MS).toISOString();
      const {totals} = await get('/auth/usage', {key_id: this.key.key_id, interval: 'hour', group_by: 'outcome', from});
      this.recent = totals.find(({outcome}) => outcome === 'ok')?.uses ?? 0;
    } catch {
      this.recent = null;
    }
  }

  breaks() {
    if (!this.key.last_used_at) {
      return html`<p class="notice good">It was never used, so nothing should break.</p>`;
    }
    const minutes = 60 + (Date.now() % HOUR_MS) / 60_000;
    return html`<div class="notice bad">
      <p>
        It was last used <strong>${relative(this.key.last_used_at)}</strong> from ${this.key.last_used_ip}${this.recent
          ? html`, and made <strong>${count(this.recent, 'request')}</strong> in the last hour or two (about ${number(Math.max(1, Math.round(this.recent / minutes)))} a minute)`
          : nothing}.
      </p>
      <p>Whatever uses it gets a 401 from now on.</p>
    </div>`;
  }

  content() {
    return html`<form novalidate @submit=${this.form.sending(async () => this.finish(await remove(`/auth/api-keys/${this.key.key_id}`)))}>
      ${this.breaks()}
      <p>This takes effect on every server at once and can’t be undone.</p>
      ${this.form.alert()}
      <footer>
        <button type="button" autofocus @click=${() => this.finish()}>Keep it</button>
        ${this.form.submit('Revoke key', {danger: true})}
      </footer>
    </form>`;
  }
}

customElements.define('plexe-rotate-key', RotateKey);
customElements.define('plexe-revoke-key', RevokeKey);
