import {html} from 'lit';
import {Element} from '../element.js';

const SHOWN_MS = 2000;

/** Copies its text to the clipboard and says so. */
class Copy extends Element {
  static properties = {text: {}, label: {}, copied: {state: true}};

  constructor() {
    super();
    this.label = 'Copy';
    this.copied = null;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      this.copied = 'Copied';
    } catch {
      this.copied = 'Select it and press Ctrl+C';
    }
    setTimeout(() => (this.copied = null), SHOWN_MS);
  }

  render() {
    return html`<button type="button" class="copy" @click=${this.copy}>
      <span aria-live="polite">${this.copied ?? this.label}</span>
    </button>`;
  }
}

customElements.define('plexe-copy', Copy);
