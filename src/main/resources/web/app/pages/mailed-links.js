// What mailed links open. They ask first and act by a POST, for mail scanners follow links; the token stays in the address's
// fragment, which no server sees, until the person agrees.

import {html} from 'lit';
import {post} from '../api.js';
import {Element} from '../element.js';
import {Form} from '../parts/form.js';
import {keptMails, PASSWORD_HINT} from './sign-up.js';

/** Takes the token out of the address: it belongs neither into the history nor under the eyes of whoever looks on. */
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** A question that a mailed link asks. Subclasses give `heading`, `question()`, `done()` and `act(fields)`. */
class MailedLink extends Element {
  static properties = {finished: {state: true}, spent: {state: true}};

  constructor() {
    super();
    this.form = new Form(this);
    this.token = takeToken();
    this.finished = false;
    this.spent = false;
  }

  async send(fields) {
    try {
      await this.act(fields);
    } catch (failure) {
      if (failure.errors?.some(({field}) => field === 'token')) {
        this.spent = true;
        return;
      }
      throw failure;
    }
    this.finished = true;
    await this.updateComplete;
    this.querySelector('h1').focus();
  }

  render() {
    if (this.finished) {
      return this.done();
    }
    return html`<h1 tabindex="-1">${this.heading}</h1>
      ${!this.token
        ? html`<p class="notice bad" role="alert">This link is not whole. Please open it from the mail again.</p>`
        : this.spent
          ? html`<p class="notice bad" role="alert">This link works no more: it was used before, or has expired. ${this.another()}</p>`
          : html`<form novalidate @submit=${this.form.sending((fields) => this.send(fields))}>${this.form.alert()} ${this.question()}</form>`}`;
  }

  another() {
    return 'Please ask for a new one.';
  }
}

class VerifyEmail extends MailedLink {
  heading = 'Confirm your e-mail address';

  act() {
    return post('/auth/email/verify', {token: this.token});
  }

  question() {
    return html`<p>Did you sign up for Plexe with the address this link was sent to? If not, close this page.</p>
      ${this.form.submit('Yes, confirm my address')}`;
  }

  done() {
    return html`<h1 tabindex="-1">Your address is confirmed</h1>
      <p>Sign in, and make your first API key.</p>
      <p><a class="button primary" href="/sign-in">Sign in</a></p>`;
  }

  another() {
    return html`Sign in, and we offer to send another. <a href="/sign-in">To the sign-in</a>`;
  }
}

class ChangeEmail extends MailedLink {
  heading = 'Confirm your new e-mail address';

  act() {
    return post('/auth/email/change', {token: this.token});
  }

  question() {
    return html`<p>Shall your Plexe account use the address this link was sent to? Your devices will be signed out.</p>
      ${this.form.submit('Yes, use this address')}`;
  }

  done() {
    return html`<h1 tabindex="-1">Your address is changed</h1>
      <p>From now on you sign in with the new one.</p>
      <p><a class="button primary" href="/sign-in">Sign in</a></p>`;
  }
}

class ResetPassword extends MailedLink {
  heading = 'Set a new password';

  async act({new_password: password}) {
    await post('/auth/password/reset', {token: this.token, new_password: password});
    this.dispatchEvent(new Event('signed-in', {bubbles: true}));
  }

  question() {
    return html`<p>All your devices will be signed out, and you signed in here.</p>
      ${this.form.field({name: 'new_password', label: 'New password', type: 'password', autocomplete: 'new-password', hint: PASSWORD_HINT, required: true})}
      ${this.form.submit('Set this password')}`;
  }

  done() {
    return html`<h1 tabindex="-1">Your password is set</h1>`;
  }

  another() {
    return html`<a href="/forgot-password">Ask for a new one</a>`;
  }
}

/** Asks for the link that sets a new password. */
class ForgotPassword extends Element {
  static properties = {mails: {}, sent: {state: true}};

  constructor() {
    super();
    this.mails = '';
    this.form = new Form(this);
    this.sent = null;
  }

  async ask({email}) {
    await post('/auth/password/forgot', {email: email.trim()});
    this.sent = email.trim();
    await this.updateComplete;
    this.querySelector('h1').focus();
  }

  render() {
    if (this.sent) {
      return html`<h1 tabindex="-1">Check your mail</h1>
        <p>If <strong>${this.sent}</strong> has an account, a mail with a link is on its way.</p>
        ${keptMails(this.mails)}
        <p><a href="/sign-in">Back to the sign-in</a></p>`;
    }
    return html`<h1 tabindex="-1">Forgot your password?</h1>
      <p>Tell us the address of your account. We will mail you a link that sets a new password.</p>
      <form novalidate @submit=${this.form.sending((fields) => this.ask(fields))}>
        ${this.form.alert()}
        ${this.form.field({name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', required: true})}
        ${this.form.submit('Send me a link')}
      </form>
      <p><a href="/sign-in">Back to the sign-in</a></p>`;
  }
}

customElements.define('plexe-verify-email', VerifyEmail);
customElements.define('plexe-change-email', ChangeEmail);
customElements.define('plexe-reset-password', ResetPassword);
customElements.define('plexe-forgot-password', ForgotPassword);
