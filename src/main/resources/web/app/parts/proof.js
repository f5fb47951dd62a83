import {html} from 'lit';
import {post} from '../api.js';
import {session} from '../session.js';
import {Dialog} from './dialog.js';
import {Form} from './form.js';

/** Asks for the password once more before something sensitive. */
class ProofDialog extends Dialog {
  constructor() {
    super();
    this.heading = 'Is it you?';
    this.form = new Form(this);
  }

  content() {
    return html`<form
      novalidate
      @submit=${this.form.sending(async ({password}) => {
        if (!password) {
          this.form.refuse('password', 'Enter your password.');
        }
        await post('/auth/session/reauthenticate', {password});
        this.finish(true);
      })}
    >
      <p>This is a sensitive step, and it is a while since you proved who you are. Enter your password to go on.</p>
      ${this.form.alert()}
      <input class="visually-hidden" tabindex="-1" aria-hidden="true" name="email" autocomplete="username" .defaultValue=${session.user?.email ?? ''} readonly />
      ${this.form.field({name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', required: true, autofocus: true})}
      <footer>
        <button type="button" @click=${() => this.finish(false)}>Cancel</button>
        ${this.form.submit('Continue')}
      </footer>
    </form>`;
  }
}

customElements.define('plexe-proof', ProofDialog);

let asked = null;

/** One question at a time, however many requests wait for it. */
export async function askForProof() {
  asked ??= new ProofDialog().open().finally(() => (asked = null));
  return (await asked) === true;
}
