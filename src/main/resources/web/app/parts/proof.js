import {html, nothing} from 'lit';
import {get, post} from '../api.js';
import {Element} from '../element.js';
import {query} from '../router.js';
import {session} from '../session.js';
import {Dialog} from './dialog.js';
import {Form, told} from './form.js';
import {turnedBack} from './providers.js';

/** How the window that a provider leads back to tells the one that waits. */
const CHANNEL = 'plexe-proof';

/** Asks once more who it is before something sensitive: for the password, or by a provider in a window of its own. */
class ProofDialog extends Dialog {
  constructor(ways) {
    super();
    this.heading = 'Is it you?';
    this.form = new Form(this);
    this.ways = ways;
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({data}) => this.returned(data);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.channel.close();
  }

  async byProvider({provider}) {
    this.form.clear();
    this.requestUpdate();
    const other = open('', CHANNEL, 'popup,width=520,height=720');
    if (!other) {
      await this.fail('Your browser keeps the provider’s window shut. Allow it, and try again.');
      return;
    }
    try {
      const {authorization_url: url} = await post(`/auth/oauth/${provider}/reauthenticate`, {return_to: '/proved'});
      other.location = url;
    } catch (failure) {
      other.close();
      await this.fail(told(failure));
    }
  }

  async fail(why) {
    this.form.failure = why;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('[role=alert]').focus();
  }

  returned({error, provider}) {
    if (error) {
      const names = this.ways.identities.map((identity) => ({id: identity.provider, name: identity.provider_name}));
      this.fail(turnedBack(error, provider, names));
    } else {
      this.finish(true);
    }
  }

  content() {
    const {has_password: hasPassword, identities} = this.ways;
    const enabled = identities.filter((identity) => identity.enabled);
    if (!hasPassword && !enabled.length) {
      return html`<p>This is a sensitive step, and there is nothing left by which you could show that it is you: your provider is not enabled any more.</p>
        <p><a href="/forgot-password">Let a link to a password be mailed to you</a></p>
        <footer><button type="button" autofocus @click=${() => this.finish(false)}>Cancel</button></footer>`;
    }
    return html`<p>
        This is a sensitive step, and it is a while since you proved who you are.
        ${hasPassword ? 'Enter your password to go on.' : 'Show once more that it is you.'}
      </p>
      ${hasPassword ? nothing : this.form.alert()}
      ${enabled.length
        ? html`<div class="providers">
            ${enabled.map((identity, i) => html`<button type="button" ?autofocus=${!hasPassword && i === 0} @click=${() => this.byProvider(identity)}>Continue with ${identity.provider_name}</button>`)}
          </div>`
        : nothing}
      ${hasPassword ? this.password() : html`<footer><button type="button" @click=${() => this.finish(false)}>Cancel</button></footer>`}`;
  }

  password() {
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

/** Where the provider's window ends. */
class Proved extends Element {
  firstUpdated() {
    const {error, provider} = query();
    const channel = new BroadcastChannel(CHANNEL);
    channel.postMessage({error, provider});
    channel.close();
    close();
  }

  render() {
    return html`<h1 tabindex="-1">${query().error ? 'That did not work' : 'Thank you'}</h1>
      <p>Go on in the window you came from. This one can be closed.</p>`;
  }
}

customElements.define('plexe-proved', Proved);

let asked = null;

/** One question at a time, however many requests wait for it. */
export async function askForProof() {
  asked ??= ask().finally(() => (asked = null));
  return (await asked) === true;
}

/** The password can be asked for whatever else there is. */
async function ask() {
  const ways = await get('/auth/identities').catch(() => ({has_password: true, identities: []}));
  return new ProofDialog(ways).open();
}
