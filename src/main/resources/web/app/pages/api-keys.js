import {html, nothing} from 'lit';
import {live} from 'lit/directives/live.js';
import {repeat} from 'lit/directives/repeat.js';
import {pages} from '../api.js';
import {Element} from '../element.js';
import {count, day, relative} from '../format.js';
import {LEVELS, levelLabel} from '../levels.js';
import {keep, query} from '../router.js';
import {badge, empty, failed, loading} from '../parts/states.js';
import '../parts/countdown.js';
import '../parts/spark-line.js';
import {say} from '../parts/toast.js';
import {CreateKey, EditKey} from './key-settings.js';
import {RevokeKey, RotateKey} from './key-endings.js';
import {ShowSecret} from './key-secret.js';

const SHOWN = 50;
const STATUSES = {active: 'good', expired: 'warn', revoked: 'bad'};
const COLUMNS = [
  {name: 'name', label: 'Name', of: (key) => key.name.toLowerCase()},
  {name: 'level', label: 'Level', of: (key) => LEVELS.findIndex(({name}) => name === key.permission_level)},
  {name: 'status', label: 'Status', of: (key) => key.status},
  {name: 'used', label: 'Last used', of: (key) => key.last_used_at ?? ''},
  {name: 'created', label: 'Created', of: (key) => key.created_at},
  {name: 'expires', label: 'Expires', of: (key) => key.expires_at ?? '9'},
];

/** Settings → API keys. */
class ApiKeys extends Element {
  static properties = {keys: {state: true}, whole: {state: true}, failure: {state: true}, filters: {state: true}, shown: {state: true}};

  constructor() {
    super();
    const {q = '', status = 'active', level = '', sort = '-created'} = query();
    this.filters = {q, status, level, sort};
    this.keys = null;
    this.whole = false;
    this.failure = null;
    this.shown = SHOWN;
  }

  connectedCallback() {
    super.connectedCallback();
    this.leaving = new AbortController();
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.leaving.abort();
  }

  async load() {
    this.failure = null;
    this.whole = false;
    try {
      const keys = [];
      for await (const page of pages('/auth/api-keys', {status: 'all'}, {signal: this.leaving.signal})) {
        keys.push(...page.keys);
        this.keys = [...keys];
      }
      this.whole = true;
    } catch (failure) {
      this.failure = failure;
    }
  }

  filter(changes) {
    this.filters = {...this.filters, ...changes};
    this.shown = SHOWN;
    const {q, status, level, sort} = this.filters;
    keep({q, status: status === 'active' ? '' : status, level, sort: sort === '-created' ? '' : sort});
  }

  get matching() {
    const {q, status, level, sort} = this.filters;
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    const column = COLUMNS.find(({name}) => name === sort.replace('-', '')) ?? COLUMNS[4];
    const order = sort.startsWith('-') ? -1 : 1;
    return this.keys
      .filter((key) => status === 'all' || key.status === status)
      .filter((key) => !level || key.permission_level === level)
      .filter((key) => {
        const text = `${key.name} ${key.key_preview} ${key.key_id} ${key.last_used_ip ?? ''}`.toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .sort((one, other) => {
        const [a, b] = [column.of(one), column.of(other)];
        return (a < b ? -1 : a > b ? 1 : 0) * order;
      });
  }

  put(key) {
    const others = this.keys.filter(({key_id: id}) => id !== key.key_id);
    this.keys = [...others, key];
  }

  async create() {
    const made = await new CreateKey().open();
    if (made) {
      this.put(made);
      await new ShowSecret(made, {fresh: true}).open();
      this.load();
    }
  }

  async edit(key) {
    const changed = await new EditKey(key).open();
    if (changed) {
      this.put(changed);
      say(`“${changed.name}” is changed, on every server.`);
    }
  }

  async rotate(key) {
    const rotated = await new RotateKey(key).open();
    if (rotated) {
      this.put(rotated);
      await new ShowSecret(rotated, {fresh: false}).open();
    }
  }

  async revoke(key) {
    const revoked = await new RevokeKey(key).open();
    if (revoked) {
      this.put(revoked);
      say(`“${revoked.name}” is revoked. Nobody gets in with it any more.`);
    }
  }

  render() {
    return html`<div class="title">
        <div>
          <h1 tabindex="-1">API keys</h1>
          <p class="muted">Programs show one of these to use the platform. Treat them like passwords.</p>
        </div>
        ${this.keys?.length ? html`<button type="button" class="primary" @click=${this.create}>Create New API Key</button>` : nothing}
      </div>
      ${this.failure ? failed(this.failure, () => this.load()) : nothing} ${this.keys ? this.list() : this.failure ? nothing : loading('your keys')}`;
  }

  list() {
    if (!this.keys.length) {
      return empty(
        'Make your first key',
        'A key lets a program use the platform in your account’s name. Give it a name and a level, copy it, and see its first request arrive.',
        html`<button type="button" class="primary" @click=${this.create}>Create New API Key</button>`,
      );
    }
    const matching = this.matching;
    return html`${this.bar(matching.length)}
      ${matching.length ? this.table(matching.slice(0, this.shown)) : empty('No key like this', 'Try another word, level or status.')}
      ${matching.length > this.shown
        ? html`<p class="more"><button type="button" @click=${() => (this.shown += 4 * SHOWN)}>Show more of ${count(matching.length, 'key')}</button></p>`
        : nothing}`;
  }

  bar(matching) {
    const {q, status, level} = this.filters;
    return html`<form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
      <div class="field wide">
        <label for="q">Search</label>
        <input id="q" type="search" placeholder="Name, key or address" .value=${live(q)} @input=${({target}) => this.filter({q: target.value})} />
      </div>
      <div class="field">
        <label for="status">Status</label>
        <select id="status" @change=${({target}) => this.filter({status: target.value})}>
          ${['active', 'expired', 'revoked', 'all'].map((name) => html`<option value=${name} ?selected=${name === status}>${name[0].toUpperCase() + name.slice(1)}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="level">Level</label>
        <select id="level" @change=${({target}) => this.filter({level: target.value})}>
          <option value="">Any</option>
          ${LEVELS.map(({name, label}) => html`<option value=${name} ?selected=${name === level}>${label}</option>`)}
        </select>
      </div>
      <p class="muted count" role="status">${count(matching, 'key')}${this.whole || this.failure ? nothing : ' so far…'}</p>
    </form>`;
  }

  heading({name, label}) {
    const {sort} = this.filters;
    const sorted = sort.replace('-', '') === name;
    const down = sort.startsWith('-');
    return html`<th scope="col" aria-sort=${sorted ? (down ? 'descending' : 'ascending') : nothing}>
      <button type="button" class="sort" @click=${() => this.filter({sort: sorted && !down ? `-${name}` : name})}>
        ${label}<span aria-hidden="true">${sorted ? (down ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>`;
  }

  table(keys) {
    return html`<div class="table-frame">
      <table class="keys">
        <caption class="visually-hidden">
          API keys
        </caption>
        <thead>
          <tr>
            ${COLUMNS.map((column) => this.heading(column))}
            <th scope="col">Last 14 days</th>
            <th scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${repeat(keys, ({key_id: id}) => id, (key) => this.row(key))}
        </tbody>
      </table>
    </div>`;
  }

  row(key) {
    const grace = key.previous_key_valid_until;
    return html`<tr>
      <th scope="row" data-label="Name">
        <span class="name">${key.name}</span>
        <code class="muted">${key.key_preview}</code>
      </th>
      <td data-label="Level">${levelLabel(key.permission_level)}</td>
      <td data-label="Status">
        ${badge(key.status[0].toUpperCase() + key.status.slice(1), STATUSES[key.status])}
        ${key.status === 'active' && grace && Date.parse(grace) > Date.now()
          ? html`<span class="muted small">old secret works for <plexe-countdown until=${grace}></plexe-countdown></span>`
          : nothing}
      </td>
      <td data-label="Last used">
        ${key.last_used_at ? html`${relative(key.last_used_at)} <span class="muted small">from ${key.last_used_ip}</span>` : html`<span class="muted">Never</span>`}
      </td>
      <td data-label="Created">${day(key.created_at)}</td>
      <td data-label="Expires">${key.expires_at ? day(key.expires_at) : html`<span class="muted">Never</span>`}</td>
      <td data-label="Last 14 days">${key.last_used_at ? html`<plexe-spark-line .keyId=${key.key_id}></plexe-spark-line>` : html`<span class="muted">Not used yet</span>`}</td>
      <td class="actions">
        ${key.status === 'revoked'
          ? html`<a href="/access-logs?key_id=${key.key_id}" aria-label="Log of ${key.name}">Log</a>`
          : html`<button type="button" class="quiet" aria-label="Edit ${key.name}" @click=${() => this.edit(key)}>Edit</button>
              <button type="button" class="quiet" aria-label="Rotate ${key.name}" @click=${() => this.rotate(key)}>Rotate</button>
              <button type="button" class="quiet bad" aria-label="Revoke ${key.name}" @click=${() => this.revoke(key)}>Revoke</button>`}
      </td>
    </tr>`;
  }
}

customElements.define('plexe-api-keys', ApiKeys);
