import {html, nothing} from 'lit';
import {Dialog} from '../parts/dialog.js';
import {time} from '../format.js';
import '../parts/copy.js';
import '../parts/countdown.js';
import {follow} from '../follow.js';

const SNIPPETS = {
  curl: (key) => `curl -H "x-api-key: ${key}" ${location.origin}/models`,
  Python: (key) => `import requests

key = "${key}"
answer = requests.get("${location.origin}/models", headers={"x-api-key": key})
answer.raise_for_status()
print(answer.json())`,
  JavaScript: (key) => `const key = "${key}";
const answer = await fetch("${location.origin}/models", {headers: {"x-api-key": key}});
console.log(await answer.json());`,
};

/** A key's secret, this once: to be copied, tried, and seen arriving. */
export class ShowSecret extends Dialog {
  static properties = {language: {state: true}, first: {state: true}};

  constructor(key, {fresh}) {
    super();
    this.key = key;
    this.fresh = fresh;
    this.heading = fresh ? 'Your new key' : 'The new secret';
    this.language = 'curl';
    this.first = null;
    this.stop = follow({key_id: key.key_id, event: 'key.use', outcome: 'ok'}, key.rotated_at ?? key.created_at, (entry) => {
      this.first ??= entry;
      this.stop();
    });
    this.done.then(() => this.stop());
  }

  get kind() {
    return 'roomy';
  }

  get dismissible() {
    return false;
  }

  content() {
    const snippet = SNIPPETS[this.language](this.key.key);
    const grace = this.key.previous_key_valid_until;
    return html`<p class="notice warn"><strong>Copy it now: you won’t see it again.</strong> We keep only a fingerprint of it. If it is lost, rotate the key.</p>
      <div class="secret">
        <label for="secret" class="visually-hidden">Key</label>
        <input id="secret" readonly autofocus .value=${this.key.key} @focus=${({target}) => target.select()} spellcheck="false" autocomplete="off" />
        <plexe-copy .text=${this.key.key} label="Copy key"></plexe-copy>
      </div>
      ${grace ? html`<p>The old secret works for another <strong><plexe-countdown until=${grace}></plexe-countdown></strong>, until ${time(grace)}.</p>` : nothing}
      <h3>Try it</h3>
      <div class="tabs" role="tablist" aria-label="Language" @keydown=${this.turn}>
        ${Object.keys(SNIPPETS).map(
          (name) => html`<button
            type="button"
            role="tab"
            id="tab-${name}"
            aria-controls="snippet"
            aria-selected=${name === this.language}
            tabindex=${name === this.language ? 0 : -1}
            @click=${() => (this.language = name)}
          >
            ${name}
          </button>`,
        )}
      </div>
      <div class="snippet" role="tabpanel" id="snippet" aria-labelledby="tab-${this.language}">
        <pre tabindex="0"><code>${snippet}</code></pre>
        <plexe-copy .text=${snippet} label="Copy"></plexe-copy>
      </div>
      <p class="arrival" role="status">
        ${this.first
          ? html`<span class="dot good" aria-hidden="true"></span><strong>It works.</strong> ${this.first.method} ${this.first.path} came from ${this.first.ip}.`
          : html`<span class="dot waiting" aria-hidden="true"></span>Waiting for ${this.fresh ? 'its first request' : 'a request'}…`}
      </p>
      <footer><button type="button" class="primary" @click=${() => this.finish()}>Done, I have stored it</button></footer>`;
  }

  async turn({key}) {
    const names = Object.keys(SNIPPETS);
    const step = {ArrowRight: 1, ArrowLeft: names.length - 1}[key];
    if (step) {
      this.language = names[(names.indexOf(this.language) + step) % names.length];
      await this.updateComplete;
      this.querySelector('[aria-selected=true]').focus();
    }
  }
}

customElements.define('plexe-show-secret', ShowSecret);
