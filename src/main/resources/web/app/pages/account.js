import {html, nothing} from 'lit';
import {patch, post, remove} from '../api.js';
import {Element} from '../element.js';
import {day} from '../format.js';
import {session} from '../session.js';
import {Dialog} from '../parts/dialog.js';
import {Form} from '../parts/form.js';
import {say} from '../parts/toast.js';
import {keptMails} from './sign-up.js';

/** Settings → Account: names, the address, and the end. */
class Account extends Element {
  static properties = {mails: {}, asked: {state: true}};

  constructor() {
    super();
    this.mails = '';
    this.names = new Form(this, {names: {'user.name': 'user_name', name: 'account_name'}});
    this.address = new Form(this);
    this.asked = null;
  }

  get owner() {
    return session.user?.role === 'owner';
  }

  async rename({account_name: name, user_name: own}) {
    session.account = await patch('/auth/account', {...(this.owner ? {name: name.trim()} : {}), user: {name: own.trim()}});
    session.changed();
    say('Saved.');
  }

  async changeEmail({new_email: email}, form) {
    await post('/auth/email', {new_email: email.trim()});
    this.asked = email.trim();
    form.reset();
  }

  async delete() {
    if (await new DeleteAccount().open()) {
      session.lost(null);
    }
  }

  render() {
    const {account, user} = session;
    return html`<h1 tabindex="-1">Account</h1>
      <section>
        <h2>Names</h2>
        <p class="muted">Account <code>${account?.account_id}</code>, since ${account ? day(account.created_at) : nothing}.</p>
        <form class="narrow" novalidate @submit=${this.names.sending((fields) => this.rename(fields))}>
          ${this.names.alert()}
          ${this.owner ? this.names.field({name: 'account_name', label: 'Account', value: account?.name, autocomplete: 'organization', required: true}) : nothing}
          ${this.names.field({name: 'user_name', label: 'Your name', value: user?.name, autocomplete: 'name', required: true})}
          ${this.names.submit('Save')}
        </form>
      </section>
      <section>
        <h2>E-mail address</h2>
        <p>You sign in as <strong>${user?.email}</strong>.</p>
        ${this.asked
          ? html`<p class="notice good" role="status">A link is on its way to ${this.asked}. Your address changes when you open it.</p>
              ${keptMails(this.mails)}`
          : nothing}
        <form class="narrow" novalidate @submit=${this.address.sending((fields, form) => this.changeEmail(fields, form))}>
          ${this.address.alert()}
          ${this.address.field({name: 'new_email', label: 'New address', type: 'email', autocomplete: 'email', hint: 'We mail a link to it; until you open it, nothing changes.', required: true})}
          ${this.address.submit('Send me the link')}
        </form>
      </section>
      ${this.owner
        ? html`<section>
            <h2>Delete the account</h2>
            <p>
              All keys stop working at once. The account’s resources and what is known of its people go for good; the log
              keeps that it was deleted.
            </p>
            <p><button type="button" class="danger" @click=${this.delete}>Delete the account…</button></p>
          </section>`
        : nothing}`;
  }
}

/** Asks whether the end is meant. */
class DeleteAccount extends Dialog {
  constructor() {
    super();
    this.heading = 'Delete the account?';
    this.name = session.account.name;
    this.form = new Form(this);
  }

  content() {
    return html`<form
      novalidate
      @submit=${this.form.sending(async ({confirm}) => {
        await remove('/auth/account', {confirm});
        this.finish(true);
      })}
    >
      <p class="notice bad">Its keys are revoked, everybody is signed out, and all of its data is deleted. This can’t be undone.</p>
      ${this.form.alert()}
      ${this.form.field({name: 'confirm', label: html`Type <strong>${this.name}</strong> to go on`, required: true, autofocus: true})}
      <footer>
        <button type="button" @click=${() => this.finish()}>Keep the account</button>
        ${this.form.submit('Delete for good', {danger: true})}
      </footer>
    </form>`;
  }
}

customElements.define('plexe-delete-account', DeleteAccount);
customElements.define('plexe-account', Account);
