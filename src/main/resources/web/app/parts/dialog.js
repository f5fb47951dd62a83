import {html} from 'lit';
import {Element} from '../element.js';

/**
 * A question on top of the page. The browser's own dialog keeps the focus inside and gives it back afterwards.
 *
 * Subclasses give `heading` and `content()`; `finish(value)` ends it with an answer.
 */
export class Dialog extends Element {
  static properties = {heading: {}, shut: {state: true}};

  constructor() {
    super();
    this.heading = '';
    this.done = new Promise((resolve) => (this.resolve = resolve));
  }

  /** Shows it, and resolves to the answer: undefined if it was dismissed. */
  open() {
    document.body.append(this);
    return this.done;
  }

  get box() {
    return this.querySelector('dialog');
  }

  /** Whether Escape and the cross end it. */
  get dismissible() {
    return true;
  }

  firstUpdated() {
    this.box.showModal();
    this.querySelector('[autofocus]')?.focus();
  }

  finish(value) {
    this.resolve(value);
    this.box?.close();
    this.remove();
  }

  cancelled(event) {
    event.preventDefault();
    if (this.dismissible) {
      this.finish();
    }
  }

  /** A browser closes a dialog at the second Escape whatever its page says; what must not be missed comes back. */
  closed() {
    if (this.isConnected && !this.dismissible) {
      this.box.showModal();
    } else if (this.isConnected) {
      this.finish();
    }
  }

  render() {
    return html`<dialog class=${this.kind ?? ''} aria-labelledby="dialog-${this.localName}" @cancel=${this.cancelled} @close=${this.closed}>
      <header>
        <h2 id="dialog-${this.localName}">${this.heading}</h2>
        ${this.dismissible
          ? html`<button type="button" class="quiet cross" aria-label="Close" @click=${() => this.finish()}>✕</button>`
          : null}
      </header>
      ${this.content()}
    </dialog>`;
  }
}
