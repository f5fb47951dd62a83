import {html, nothing} from 'lit';
import {patch, post} from '../api.js';
import {LEVELS} from '../levels.js';
import {Dialog} from '../parts/dialog.js';
import {Form} from '../parts/form.js';

const DAY_MS = 86_400_000;
const EXPIRIES = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', '1 year'],
  ['on', 'On a date…'],
  ['never', 'Never'],
];
const WINDOWS = [
  ['1', 'second'],
  ['60', 'minute'],
  ['3600', 'hour'],
  ['86400', 'day'],
];
const NAMES = {
  permission_level: 'permission_level',
  expires_at: 'expires_on',
  'rate_limit.requests': 'requests',
  'rate_limit.window_seconds': 'window_seconds',
  rate_limit: 'requests',
  allowed_ips: 'allowed_ips',
};

/** What its owner decides about a key: asked when it is made, and when it is changed. */
class KeySettings extends Dialog {
  static properties = {expiry: {state: true}};

  constructor(key) {
    super();
    this.key = key;
    this.form = new Form(this, {names: NAMES});
    this.expiry = key ? (key.expires_at ? 'on' : 'never') : '90';
  }

  /** The settings that the fields say. */
  settings(fields) {
    if (!fields.name.trim()) {
      this.form.refuse('name', 'Give it a name that tells you where it is used.');
    }
    return {
      name: fields.name.trim(),
      permission_level: fields.permission_level,
      expires_at: this.expiresAt(fields),
      rate_limit: this.limit(fields),
      allowed_ips: fields.allowed_ips.split(/[\s,]+/).filter(Boolean),
    };
  }

  expiresAt({expiry, expires_on: on}) {
    if (expiry === 'never') {
      return null;
    }
    if (expiry !== 'on') {
      return new Date(Date.now() + Number(expiry) * DAY_MS).toISOString();
    }
    if (!on) {
      this.form.refuse('expires_at', 'Choose a date.');
    }
    return this.key?.expires_at && on === local(this.key.expires_at) ? this.key.expires_at : new Date(on).toISOString();
  }

  limit({requests, window_seconds: seconds}) {
    if (!requests.trim()) {
      return null;
    }
    if (!/^\d+$/.test(requests.trim())) {
      this.form.refuse('rate_limit', 'Enter a whole number, or nothing for the account’s default.');
    }
    return {requests: Number(requests), window_seconds: Number(seconds)};
  }

  content() {
    const key = this.key;
    const limit = key?.rate_limit;
    return html`<form novalidate @submit=${this.form.sending(async (fields) => this.finish(await this.save(this.settings(fields))))}>
      ${this.form.alert()}
      ${this.form.field({name: 'name', label: 'Name', hint: 'Where it is used, such as “Nightly build”.', value: key?.name, required: true, autofocus: true})}
      <fieldset>
        <legend>Level</legend>
        ${LEVELS.map(
          ({name, label, means}, index) => html`<label class="choice">
            <input type="radio" name="permission_level" value=${name} ?checked=${name === (key?.permission_level ?? LEVELS[0].name)} aria-describedby="level-${index}" />
            <span><strong>${label}</strong><span class="hint" id="level-${index}">${means}</span></span>
          </label>`,
        )}
        ${this.form.error('permission_level')}
      </fieldset>
      <div class="pair">
        <div class="field">
          <label for="expiry">Expires</label>
          <select id="expiry" name="expiry" @change=${({target}) => (this.expiry = target.value)}>
            ${EXPIRIES.map(([value, label]) => html`<option value=${value} ?selected=${value === this.expiry}>${value.match(/\d/) ? `in ${label}` : label}</option>`)}
          </select>
          ${this.expiry === 'never' ? html`<p class="hint">A key that leaks works until somebody revokes it. A date is safer.</p>` : nothing}
          ${this.expiry === 'on' ? nothing : this.form.error('expires_on')}
        </div>
        ${this.expiry === 'on'
          ? this.form.field({name: 'expires_on', label: 'Date and time', type: 'datetime-local', value: key?.expires_at ? local(key.expires_at) : '', required: true})
          : nothing}
      </div>
      <details ?open=${Boolean(limit || key?.allowed_ips.length || this.form.errors.requests || this.form.errors.allowed_ips)}>
        <summary>Limit and addresses</summary>
        <div class="pair">
          ${this.form.field({name: 'requests', label: 'Requests', inputmode: 'numeric', value: limit?.requests ?? '', hint: 'Empty for the account’s default.'})}
          <div class="field">
            <label for="window_seconds">per</label>
            <select id="window_seconds" name="window_seconds">
              ${windows(limit).map(([value, label]) => html`<option value=${value} ?selected=${Number(value) === (limit?.window_seconds ?? 60)}>${label}</option>`)}
            </select>
            ${this.form.error('window_seconds')}
          </div>
        </div>
        <div class="field">
          <label for="allowed_ips">Addresses it may be used from <span class="muted">(optional)</span></label>
          <textarea
            id="allowed_ips"
            name="allowed_ips"
            rows="3"
            spellcheck="false"
            aria-describedby="allowed_ips-hint allowed_ips-wrong"
            aria-invalid=${this.form.errors.allowed_ips ? 'true' : nothing}
            .defaultValue=${key?.allowed_ips.join('\n') ?? ''}
          ></textarea>
          <p class="hint" id="allowed_ips-hint">One address or network (CIDR) a line, such as 192.0.2.0/24. Empty for anywhere.</p>
          ${this.form.error('allowed_ips')}
        </div>
      </details>
      <footer>
        <button type="button" @click=${() => this.finish()}>Cancel</button>
        ${this.form.submit(this.button)}
      </footer>
    </form>`;
  }
}

/** The windows to choose from, with the key's own if it is another. */
function windows(limit) {
  const own = String(limit?.window_seconds ?? 60);
  return WINDOWS.some(([value]) => value === own) ? WINDOWS : [...WINDOWS, [own, `${own} seconds`]];
}

/** A moment as a `datetime-local` field wants it. */
function local(at) {
  const date = new Date(at);
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export class CreateKey extends KeySettings {
  constructor() {
    super(null);
    this.heading = 'Create New API Key';
    this.button = 'Create key';
  }

  save(settings) {
    return post('/auth/api-keys', settings);
  }
}

export class EditKey extends KeySettings {
  constructor(key) {
    super(key);
    this.heading = `Edit “${key.name}”`;
    this.button = 'Save';
  }

  save(settings) {
    return patch(`/auth/api-keys/${this.key.key_id}`, settings);
  }
}

customElements.define('plexe-create-key', CreateKey);
customElements.define('plexe-edit-key', EditKey);
