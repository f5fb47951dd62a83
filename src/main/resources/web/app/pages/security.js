import {html, nothing} from 'lit';
import {pages, post, remove} from '../api.js';
import {Element} from '../element.js';
import {device, relative, time} from '../format.js';
import {session} from '../session.js';
import {Form} from '../parts/form.js';
import {badge, failed, loading} from '../parts/states.js';
import {say} from '../parts/toast.js';
import {PASSWORD_HINT} from './sign-up.js';

/** Settings → Security: the password, and where one is signed in. */
class Security extends Element {
  static properties = {devices: {state: true}, failure: {state: true}};

  constructor() {
    super();
    this.form = new Form(this);
    this.devices = null;
    this.failure = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    this.failure = null;
    try {
      const devices = [];
      for await (const page of pages('/auth/sessions', {})) {
        devices.push(...page.sessions);
      }
      this.devices = devices.sort((one, other) => other.current - one.current || other.last_seen_at.localeCompare(one.last_seen_at));
    } catch (failure) {
      this.failure = failure;
    }
  }

  async changePassword({current_password: present, new_password: next, again}, form) {
    if (next !== again) {
      this.form.refuse('again', 'These two are not the same.');
    }
    await post('/auth/password', {current_password: present, new_password: next});
    form.reset();
    say('Your password is changed. All other devices are signed out.');
    await this.load();
  }

  /** Gone from the list at once, and back if it could not be ended. */
  async end(ended) {
    const before = this.devices;
    this.devices = before.filter((other) => other !== ended);
    try {
      await remove(`/auth/sessions/${ended.session_id}`);
      say(`${device(ended.user_agent)} is signed out.`);
    } catch (failure) {
      this.devices = before;
      this.failure = failure;
    }
  }

  async endOthers() {
    try {
      await remove('/auth/sessions');
      say('All other devices are signed out.');
      await this.load();
    } catch (failure) {
      this.failure = failure;
    }
  }

  render() {
    return html`<h1 tabindex="-1">Security</h1>
      <section>
        <h2>Where you are signed in</h2>
        ${this.failure ? failed(this.failure, () => this.load()) : nothing} ${this.devices ? this.list() : this.failure ? nothing : loading('your devices')}
      </section>
      <section>
        <h2>Password</h2>
        <p class="muted">When it changes, all your other devices are signed out.</p>
        <form class="narrow" novalidate @submit=${this.form.sending((fields, form) => this.changePassword(fields, form))}>
          ${this.form.alert()}
          <input class="visually-hidden" tabindex="-1" aria-hidden="true" name="email" autocomplete="username" .defaultValue=${session.user?.email ?? ''} readonly />
          ${this.form.field({name: 'current_password', label: 'Present password', type: 'password', autocomplete: 'current-password', required: true})}
          ${this.form.field({name: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: PASSWORD_HINT, required: true})}
          ${this.form.field({name: 'again', label: 'New password again', type: 'password', autocomplete: 'new-password', required: true})}
          ${this.form.submit('Change password')}
        </form>
      </section>`;
  }

  list() {
    return html`<ul class="devices">
        ${this.devices.map(
          (one) => html`<li>
            <div>
              <strong title=${one.user_agent ?? ''}>${device(one.user_agent)}</strong> ${one.current ? badge('This device', 'good') : nothing}
              <p class="muted">${one.address ?? 'Unknown address'} · last seen ${relative(one.last_seen_at)} · signed in ${time(one.created_at)}</p>
            </div>
            ${one.current ? nothing : html`<button type="button" aria-label="Sign out ${device(one.user_agent)}" @click=${() => this.end(one)}>Sign out</button>`}
          </li>`,
        )}
      </ul>
      ${this.devices.length > 1 ? html`<p><button type="button" class="danger" @click=${this.endOthers}>Sign out all other devices</button></p>` : nothing}`;
  }
}

customElements.define('plexe-security', Security);
