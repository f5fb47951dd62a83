import {html} from 'lit';
import {get, post} from '../api.js';
import {Element} from '../element.js';
import {Form, told} from '../parts/form.js';
import {failed, loading} from '../parts/states.js';
import {takeToken} from './mailed-links.js';

/** Somebody came by a provider, and their address has an account already: they prove it, and from then on come in that way. */
class Join extends Element {
  static properties = {token: {state: true}, pending: {state: true}, failure: {state: true}, sent: {state: true}};

  constructor() {
    super();
    this.form = new Form(this, {names: {token: 'none'}});
    this.token = takeToken();
    this.pending = null;
    this.failure = null;
    this.sent = false;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.opened);
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.opened);
  }

  /** The mailed link may be opened on this very page, which does not load anew for it. */
  opened = () => {
    this.token = takeToken() ?? this.token;
    this.form.clear();
  };

  async load() {
    this.failure = null;
    try {
      this.pending = await get('/auth/oauth/join');
    } catch (failure) {
      this.failure = failure;
    }
  }

  async prove(way, body) {
    await post(`/auth/oauth/join/${way}`, body);
    this.dispatchEvent(new Event('signed-in', {bubbles: true}));
  }

  byPassword({password}) {
    if (!password) {
      this.form.refuse('password', 'Enter your password.');
    }
    return this.prove('password', {password});
  }

  async mail() {
    try {
      await post('/auth/oauth/join/mail');
      this.sent = true;
    } catch (failure) {
      this.form.failure = told(failure);
      this.requestUpdate();
    }
    await this.updateComplete;
    this.querySelector('.notice').focus();
  }

  render() {
    if (this.failure?.status === 404) {
      return html`<h1 tabindex="-1">Start again</h1>
        <p class="notice bad" role="alert">
          ${this.token ? 'Open the link in the browser in which you asked for it.' : 'It is too long ago, or was in another browser.'}
        </p>
        <p><a href="/sign-in">To the sign-in</a></p>`;
    }
    if (!this.pending) {
      return html`<h1 tabindex="-1">You have an account</h1>
        ${this.failure ? failed(this.failure, () => this.load()) : loading('who you are')}`;
    }
    const {provider_name: name, email} = this.pending;
    return this.token
      ? html`<h1 tabindex="-1">Connect ${name}</h1>
          <p>From now on, shall ${name} sign you in to the account of <strong>${email}</strong>?</p>
          <form novalidate @submit=${this.form.sending(() => this.prove('link', {token: this.token}))}>
            ${this.form.alert()} ${this.form.submit(`Yes, connect ${name}`)}
          </form>`
      : this.question(name, email);
  }

  question(name, email) {
    return html`<h1 tabindex="-1">You have an account</h1>
      <p><strong>${email}</strong> has an account here already. Show that it is yours, and from now on ${name} signs you in to it.</p>
      <form novalidate @submit=${this.form.sending((fields) => this.byPassword(fields))}>
        ${this.form.alert()}
        <input class="visually-hidden" tabindex="-1" aria-hidden="true" name="email" autocomplete="username" .defaultValue=${email} readonly />
        ${this.form.field({name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true})}
        ${this.form.submit(`Connect ${name} and sign in`)}
      </form>
      ${this.sent
        ? html`<p class="notice good" role="status" tabindex="-1">A link is on its way to ${email}. Open it in this browser.</p>`
        : html`<p>No password, or never confirmed your address? <button type="button" class="link" @click=${this.mail}>Mail me a link instead</button></p>`}
      <p><a href="/sign-in">Sign in another way</a></p>`;
  }
}

customElements.define('plexe-join', Join);
