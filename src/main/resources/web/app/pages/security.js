import {html, nothing} from 'lit';
import {Declined, get, pages, post, remove} from '../api.js';
import {Element} from '../element.js';
import {device, relative, time} from '../format.js';
import {keep, query} from '../router.js';
import {session} from '../session.js';
import {Form, told} from '../parts/form.js';
import {enabledProviders, turnedBack} from '../parts/providers.js';
import {badge, failed, loading} from '../parts/states.js';
import {say} from '../parts/toast.js';
import {PASSWORD_HINT} from './sign-up.js';

/** Settings → Security: what one signs in with, and where one is signed in. */
class Security extends Element {
  static properties = {devices: {state: true}, ways: {state: true}, providers: {state: true}, wrong: {state: true}, sent: {state: true}, failure: {state: true}, lost: {state: true}};

  constructor() {
    super();
    this.form = new Form(this);
    this.devices = null;
    this.ways = null;
    this.providers = [];
    this.wrong = {};
    this.sent = false;
    this.failure = null;
    this.lost = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
    this.arrive();
  }

  /** Somebody may come back from a provider, with or without what they wanted. */
  async arrive() {
    const {connected, error, provider} = query();
    keep({});
    this.providers = await enabledProviders();
    if (error) {
      await this.fail('providers', turnedBack(error, provider, this.providers));
    } else if (connected) {
      say(`${this.providers.find(({id}) => id === connected)?.name ?? 'The provider'} is connected.`);
    }
  }

  load() {
    return Promise.all([this.loadDevices(), this.loadWays()]);
  }

  async loadDevices() {
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

  async loadWays() {
    this.lost = null;
    try {
      this.ways = await get('/auth/identities');
    } catch (failure) {
      this.lost = failure;
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

  async connect({id}) {
    this.wrong = {};
    try {
      const {authorization_url: url} = await post(`/auth/oauth/${id}/connect`, {return_to: `/settings/security?connected=${id}`});
      location.assign(url);
    } catch (failure) {
      await this.notDone('providers', failure);
    }
  }

  async disconnect(identity) {
    this.wrong = {};
    try {
      await remove(`/auth/identities/${identity.identity_id}`);
      say(`${identity.provider_name} is disconnected.`);
      await this.loadWays();
      await this.focusOn('#providers');
    } catch (failure) {
      await this.notDone('providers', failure);
    }
  }

  async mailPasswordLink() {
    this.wrong = {};
    try {
      await post('/auth/password/forgot', {email: session.user.email});
      this.sent = true;
      await this.focusOn('[role=status]');
    } catch (failure) {
      await this.notDone('password', failure);
    }
  }

  async notDone(section, failure) {
    if (!(failure instanceof Declined)) {
      await this.fail(section, told(failure));
    }
  }

  /** Says in its section what did not work. */
  async fail(section, why) {
    this.wrong = {[section]: why};
    await this.focusOn('[role=alert]');
  }

  async focusOn(selector) {
    await this.updateComplete;
    this.querySelector(selector)?.focus();
  }

  alert(section) {
    return this.wrong[section] ? html`<p class="notice bad" role="alert" tabindex="-1">${this.wrong[section]}</p>` : nothing;
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
        ${this.failure ? failed(this.failure, () => this.loadDevices()) : nothing} ${this.devices ? this.list() : this.failure ? nothing : loading('your devices')}
      </section>
      ${this.lost ? html`<section><h2>How you sign in</h2>${failed(this.lost, () => this.loadWays())}</section>` : nothing}
      ${this.ways ? html`${this.waysIn()} ${this.ways.has_password ? this.password() : this.noPassword()}` : nothing}`;
  }

  /** Nothing to see where the operator has enabled no provider, and never had. */
  waysIn() {
    const {identities} = this.ways;
    const others = this.providers.filter(({id}) => !identities.some(({provider, enabled}) => enabled && provider === id));
    return identities.length + others.length === 0
      ? nothing
      : html`<section>
          <h2 id="providers" tabindex="-1">Providers</h2>
          ${this.alert('providers')}
          <ul class="devices">
            ${identities.map(
              (one) => html`<li>
                <div>
                  <strong>${one.provider_name}</strong> ${one.enabled ? nothing : badge('Not enabled any more', 'warn')}
                  <p class="muted">${one.label} · connected ${time(one.connected_at)}${one.last_used_at ? html` · last used ${relative(one.last_used_at)}` : nothing}</p>
                </div>
                <button type="button" aria-label="Disconnect ${one.provider_name}" @click=${() => this.disconnect(one)}>Disconnect</button>
              </li>`,
            )}
            ${others.map(
              (one) => html`<li>
                <div>
                  <strong>${one.name}</strong>
                  <p class="muted">Not connected</p>
                </div>
                <button type="button" aria-label="Connect ${one.name}" @click=${() => this.connect(one)}>Connect</button>
              </li>`,
            )}
          </ul>
        </section>`;
  }

  noPassword() {
    return html`<section>
      <h2>Password</h2>
      <p class="muted">You have none, and sign in with a provider.</p>
      ${this.alert('password')}
      ${this.sent
        ? html`<p class="notice good" role="status" tabindex="-1">A link that sets one is on its way to ${session.user.email}.</p>`
        : html`<p><button type="button" @click=${this.mailPasswordLink}>Mail me a link to set one</button></p>`}
    </section>`;
  }

  password() {
    return html`<section>
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
