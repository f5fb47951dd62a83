import {html, nothing} from 'lit';
import {Declined} from '../api.js';

/**
 * How a form is filled in, sent, and told what is wrong: what the API says of a field stands beside it, and the focus goes
 * to the first such field. `host` is the element that renders the form.
 */
export class Form {
  constructor(host, {names = {}} = {}) {
    this.host = host;
    this.names = names;
    this.errors = {};
    this.failure = null;
    this.busy = false;
  }

  /** Lit's listener for the form's submit: sends what `act` resolves to, given the form's fields. */
  sending(act) {
    return async (event) => {
      event.preventDefault();
      if (this.busy) {
        return;
      }
      const form = event.currentTarget;
      this.clear();
      this.busy = true;
      this.host.requestUpdate();
      try {
        await act(Object.fromEntries(new FormData(form)), form);
      } catch (failure) {
        this.fail(failure, form);
      } finally {
        this.busy = false;
        this.host.requestUpdate();
      }
      await this.host.updateComplete;
      const wrong = form.querySelector('[aria-invalid=true]') ?? (this.failure ? form.querySelector('[role=alert]') : null);
      wrong?.focus();
    };
  }

  clear() {
    this.errors = {};
    this.failure = null;
  }

  /** Says what is wrong with a field before anything is sent. */
  refuse(field, message) {
    throw Object.assign(new Error(message), {errors: [{field, message}]});
  }

  fail(failure, form) {
    if (failure instanceof Declined) {
      return;
    }
    const unplaced = [];
    for (const {field, message} of failure.errors ?? []) {
      const name = this.names[field] ?? this.names[field.split(/[.[]/)[0]] ?? field.split(/[.[]/)[0];
      const place = form.elements.namedItem(name);
      if (place) {
        this.errors[name] ??= sentence(message);
      } else {
        unplaced.push(`${field} ${message}`);
      }
    }
    if (!Object.keys(this.errors).length || unplaced.length) {
      this.failure = unplaced.length ? unplaced.join('; ') : told(failure);
    }
  }

  /** What is wrong with the whole. */
  alert() {
    return this.failure ? html`<p class="notice bad" role="alert" tabindex="-1">${this.failure}</p>` : nothing;
  }

  /** What is wrong with a field, beside it. */
  error(name) {
    return this.errors[name] ? html`<p class="wrong" id="${name}-wrong">${this.errors[name]}</p>` : nothing;
  }

  /** A field with its label, its hint and what is wrong with it. */
  field({name, label, hint, type = 'text', value = '', autofocus = false, required = false, ...rest}) {
    const wrong = this.errors[name];
    const described = [hint && `${name}-hint`, wrong && `${name}-wrong`].filter(Boolean).join(' ');
    return html`<div class="field">
      <label for=${name}>${label}${required ? nothing : html` <span class="muted">(optional)</span>`}</label>
      <input
        id=${name}
        name=${name}
        type=${type}
        .defaultValue=${value ?? ''}
        autocomplete=${rest.autocomplete ?? 'off'}
        placeholder=${rest.placeholder ?? nothing}
        inputmode=${rest.inputmode ?? nothing}
        min=${rest.min ?? nothing}
        max=${rest.max ?? nothing}
        aria-describedby=${described || nothing}
        aria-invalid=${wrong ? 'true' : nothing}
        aria-required=${required ? 'true' : nothing}
        ?autofocus=${autofocus}
      />
      ${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : nothing} ${this.error(name)}
    </div>`;
  }

  submit(label, {danger = false, working = 'One moment…'} = {}) {
    return html`<button type="submit" class=${danger ? 'danger' : 'primary'} aria-disabled=${this.busy ? 'true' : nothing}>
      ${this.busy ? working : label}
    </button>`;
  }
}

const sentence = (message) => `${message[0].toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;

/** A failure as one says it to a person. */
export function told(failure) {
  if (failure.code === 'rate_limit_exceeded') {
    return `Too many tries. ${failure.retryAfter ? `Try again in ${waiting(failure.retryAfter)}.` : 'Try again later.'}`;
  }
  return failure.status >= 500 && failure.requestId ? `${failure.message} (Request ${failure.requestId})` : failure.message;
}

const waiting = (seconds) =>
  seconds < 90 ? `${seconds} seconds` : seconds < 5400 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
