// What stands where a list will be: while it loads, when it is empty, when it could not be had.

import {html} from 'lit';
import {told} from './form.js';

/** Grey lines in the shape of what is coming. */
export const loading = (what) => html`<div class="loading" role="status">
  <span class="visually-hidden">Loading ${what}…</span>
  ${[0, 1, 2, 3].map(() => html`<div class="bone" aria-hidden="true"></div>`)}
</div>`;

export const failed = (failure, again) => html`<div class="notice bad" role="alert">
  <p>${told(failure)}</p>
  <button type="button" @click=${again}>Try again</button>
</div>`;

export const empty = (heading, text, action) => html`<div class="empty">
  <h2>${heading}</h2>
  <p>${text}</p>
  ${action ?? null}
</div>`;

/** A status or an outcome in a pill, its meaning in the text and not in the colour alone. */
export const badge = (text, kind) => html`<span class="badge ${kind}">${text}</span>`;
