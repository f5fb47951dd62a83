import {html, nothing} from 'lit';
import {post} from '../api.js';
import {Element} from '../element.js';
import {query} from '../router.js';
import {Form} from '../parts/form.js';

/** Sign in with a password. */
class SignIn extends Element {
  static properties = {unverified: {state: true}, sent: {state: true}};

  constructor() {
    super();
    this.form = new Form(this);
    this.unverified = null;
    this.sent = false;
  }

  async signIn({email, password}) {
    this.unverified = null;
    if (!email.trim()) {
      this.form.refuse('email', 'Enter your e-mail address.');
    }
    if (!password) {
      this.form.refuse('password', 'Enter your password.');
    }
    try {
      await post('/auth/login', {email: email.trim(), password});
    } catch (failure) {
      if (failure.code === 'email_not_verified') {
        this.unverified = email.trim();
      }
      throw failure;
    }
    this.dispatchEvent(new Event('signed-in', {bubbles: true}));
  }

  async sendAgain() {
    await post('/auth/email/verification', {email: this.unverified});
    this.sent = true;
  }

  render() {
    return html`<h1 tabindex="-1">Sign in</h1>
      ${query().ended ? html`<p class="notice" role="status">Your session has ended. Sign in again, and you are back where you were.</p>` : nothing}
      <form novalidate @submit=${this.form.sending((fields) => this.signIn(fields))}>
        ${this.form.alert()}
        ${this.unverified
          ? this.sent
            ? html`<p class="notice good" role="status">A new link is on its way to ${this.unverified}.</p>`
            : html`<p><button type="button" @click=${this.sendAgain}>Send the link again</button></p>`
          : nothing}
        ${this.form.field({name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', required: true})}
        ${this.form.field({name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true})}
        ${this.form.submit('Sign in')}
      </form>
      <p><a href="/forgot-password">Forgot your password?</a></p>
      <p>New here? <a href="/sign-up">Create an account</a></p>`;
  }
}

customElements.define('plexe-sign-in', SignIn);
