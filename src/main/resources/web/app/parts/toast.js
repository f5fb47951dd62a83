import {html} from 'lit';
import {Element} from '../element.js';

const SHOWN_MS = 6000;

/** Says shortly that something worked; screen readers hear it too. */
class Toasts extends Element {
  static properties = {texts: {state: true}};

  constructor() {
    super();
    this.texts = [];
  }

  say(text) {
    const said = {text};
    this.texts = [...this.texts, said];
    setTimeout(() => (this.texts = this.texts.filter((other) => other !== said)), SHOWN_MS);
  }

  render() {
    return html`<div class="toasts" role="status">${this.texts.map(({text}) => html`<p>${text}</p>`)}</div>`;
  }
}

customElements.define('plexe-toasts', Toasts);

export const say = (text) => document.querySelector('plexe-toasts')?.say(text);
