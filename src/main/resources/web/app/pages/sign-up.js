import {html, nothing} from 'lit';
import {post} from '../api.js';
import {Element} from '../element.js';
import {Form, told} from '../parts/form.js';
import {enabledProviders, providerLinks} from '../parts/providers.js';
import {say} from '../parts/toast.js';

export const PASSWORD_HINT = 'At least 12 characters. Any will do; a few words that nobody would guess are best.';

/** Where the mails of a service on the developer's own machine are kept. */
export const keptMails = (mails) =>
  mails ? html`<p class="hint">This service runs on your machine: <a href=${mails} target="_blank">the mail is kept here</a>.</p>` : nothing;

/** Become somebody. */
class SignUp extends Element {
  static properties = {mails: {}, providers: {state: true}, sent: {state: true}};

  constructor() {
    super();
    this.mails = '';
    this.form = new Form(this);
    this.providers = [];
    this.sent = null;
  }

  async connectedCallback() {
    super.connectedCallback();
    this.providers = await enabledProviders();
  }

  async signUp({name, email, password, account_name: accountName}) {
    await post('/auth/signup', {
      name: name.trim(),
      email: email.trim(),
      password,
      account_name: accountName.trim() || null,
    });
    this.sent = email.trim();
    await this.updateComplete;
    this.querySelector('h1').focus();
  }

  async sendAgain() {
    try {
      await post('/auth/email/verification', {email: this.sent});
      say('Sent again. The link from before works no more.');
    } catch (failure) {
      say(told(failure));
    }
  }

  render() {
    return this.sent ? this.afterwards() : this.question();
  }

  afterwards() {
    return html`<h1 tabindex="-1">Check your mail</h1>
      <p>We have sent a link to <strong>${this.sent}</strong>. Open it to confirm your address; then sign in.</p>
      ${keptMails(this.mails)}
      <p>Nothing there? Look into the spam folder, or <button type="button" class="link" @click=${this.sendAgain}>send it again</button>.</p>
      <p><a href="/sign-in">To the sign-in</a></p>`;
  }

  question() {
    return html`<h1 tabindex="-1">Create your account</h1>
      ${providerLinks(this.providers)}
      <form novalidate @submit=${this.form.sending((fields) => this.signUp(fields))}>
        ${this.form.alert()}
        ${this.form.field({name: 'name', label: 'Your name', autocomplete: 'name', required: true})}
        ${this.form.field({name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', required: true})}
        ${this.form.field({name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: PASSWORD_HINT, required: true})}
        ${this.form.field({name: 'account_name', label: 'Company or team', autocomplete: 'organization', hint: 'What the account is called; your own name if you leave it out.'})}
        ${this.form.submit('Create account')}
      </form>
      <p>Have an account? <a href="/sign-in">Sign in</a></p>`;
  }
}

customElements.define('plexe-sign-up', SignUp);
