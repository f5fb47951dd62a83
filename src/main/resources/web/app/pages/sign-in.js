import {html, nothing} from 'lit';
import {post} from '../api.js';
import {Element} from '../element.js';
import {ownPath, query} from '../router.js';
import {Form, told} from '../parts/form.js';
import {enabledProviders, providerLinks, turnedBack} from '../parts/providers.js';

/** Sign in with a password or a provider. */
class SignIn extends Element {
  static properties = {providers: {state: true}, refused: {state: true}, sent: {state: true}};

  constructor() {
    super();
    this.form = new Form(this);
    this.providers = [];
    this.refused = null;
    this.sent = false;
  }

  async connectedCallback() {
    super.connectedCallback();
    this.providers = await enabledProviders();
  }

  async signIn({email, password}) {
    this.refused = null;
    this.sent = false;
    if (!email.trim()) {
      this.form.refuse('email', 'Enter your e-mail address.');
    }
    if (!password) {
      this.form.refuse('password', 'Enter your password.');
    }
    try {
      await post('/auth/login', {email: email.trim(), password});
    } catch (failure) {
      if (failure.code === 'invalid_credentials') {
        this.refused = email.trim();
      }
      throw failure;
    }
    this.dispatchEvent(new Event('signed-in', {bubbles: true}));
  }

  /** The API does not tell whether it is the password or the address that is not confirmed yet. */
  async sendAgain() {
    try {
      await post('/auth/email/verification', {email: this.refused});
      this.sent = true;
    } catch (failure) {
      this.form.failure = told(failure);
      this.requestUpdate();
    }
  }

  again() {
    if (!this.refused) {
      return nothing;
    }
    return this.sent
      ? html`<p class="notice good" role="status">If ${this.refused} is still to be confirmed, a new link is on its way.</p>`
      : html`<p>Not confirmed yet? <button type="button" class="link" @click=${this.sendAgain}>Send the link again</button></p>`;
  }

  render() {
    return html`<h1 tabindex="-1">Sign in</h1>
      ${query().ended ? html`<p class="notice" role="status">Your session has ended. Sign in again, and you are back where you were.</p>` : nothing}
      ${query().error ? html`<p class="notice bad" role="alert">${turnedBack(query().error, query().provider, this.providers)}</p>` : nothing}
      ${providerLinks(this.providers, ownPath(query().next))}
      <form novalidate @submit=${this.form.sending((fields) => this.signIn(fields))}>
        ${this.form.alert()}
        ${this.again()}
        ${this.form.field({name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', required: true})}
        ${this.form.field({name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true})}
        ${this.form.submit('Sign in')}
      </form>
      <p><a href="/forgot-password">Forgot your password?</a></p>
      <p>New here? <a href="/sign-up">Create an account</a></p>`;
  }
}

customElements.define('plexe-sign-in', SignIn);
