import {html, nothing} from 'lit';
import {repeat} from 'lit/directives/repeat.js';
import {get, pages, send, withQuery} from '../api.js';
import {Element} from '../element.js';
import {bytes, shortTime, time} from '../format.js';
import {follow} from '../follow.js';
import {levelLabel} from '../levels.js';
import {keep, query} from '../router.js';
import {session} from '../session.js';
import {Dialog} from '../parts/dialog.js';
import {Form} from '../parts/form.js';
import {badge, empty, failed, loading} from '../parts/states.js';
import '../parts/copy.js';

const PAGE = 100;
const MOST_LIVE = 500;
const HOUR_MS = 3_600_000;
const TIMES = [
  ['1', 'Last hour'],
  ['24', 'Last day'],
  ['168', 'Last week'],
  ['720', 'Last 30 days'],
  ['all', 'All'],
  ['between', 'Between…'],
];
const EVENTS = {
  Keys: ['key.use', 'key.verify', 'key.create', 'key.change', 'key.rotate', 'key.revoke'],
  Alerts: ['alert.revoked_key', 'alert.new_network'],
  Sessions: ['login', 'logout', 'session.use', 'session.reauthenticate', 'session.end'],
  Account: [
    'signup',
    'password.change',
    'password.forgot',
    'password.reset',
    'email.verify',
    'email.verification',
    'email.change.ask',
    'email.change',
    'account.change',
    'account.delete',
    'signing_key.rotate',
  ],
};
const OUTCOMES = [
  'ok',
  'refused',
  'invalid_key',
  'expired_key',
  'revoked_key',
  'insufficient_permissions',
  'rate_limit_exceeded',
  'ip_not_allowed',
  'invalid_credentials',
  'invalid_session',
  'session_expired',
  'reauthentication_required',
  'email_not_verified',
];
const EXPORTS = {CSV: 'text/csv', NDJSON: 'application/x-ndjson'};
const FILTERS = ['time', 'from', 'to', 'key_id', 'event', 'outcome', 'ip'];

const outcome = ({event, outcome: code}) => badge(code, event.startsWith('alert.') ? 'warn' : code === 'ok' ? 'good' : 'bad');

/** What happened: searched, followed, exported. */
class AccessLogs extends Element {
  static properties = {
    entries: {state: true},
    filters: {state: true},
    failure: {state: true},
    busy: {state: true},
    keys: {state: true},
    following: {state: true},
    exporting: {state: true},
  };

  constructor() {
    super();
    const given = query();
    this.filters = Object.fromEntries(FILTERS.filter((name) => name in given).map((name) => [name, given[name]]));
    if (!TIMES.some(([span]) => span === this.filters.time)) {
      this.filters.time = '24';
    }
    this.form = new Form(this);
    this.entries = null;
    this.cursor = null;
    this.failure = null;
    this.busy = false;
    this.keys = new Map();
    this.following = null;
    this.exporting = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.leaving = new AbortController();
    this.load();
    this.learnNames();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.leaving.abort();
    this.stop?.();
  }

  /** The names of the keys, for their ids say little. */
  async learnNames() {
    try {
      for await (const page of pages('/auth/api-keys', {status: 'all'}, {signal: this.leaving.signal})) {
        this.keys = new Map([...this.keys, ...page.keys.map((key) => [key.key_id, key.name])]);
      }
    } catch {
      // Without names, the ids are shown.
    }
  }

  get asked() {
    const {time: span, from, to, key_id: key, event, outcome: code, ip} = this.filters;
    const filters = {key_id: key, event, outcome: code, ip: ip?.trim()};
    if (span === 'all') {
      return filters;
    }
    return span === 'between'
      ? {from: moment(from), to: moment(to), ...filters}
      : {from: new Date(Date.now() - span * HOUR_MS).toISOString(), ...filters};
  }

  async load() {
    this.loading?.abort();
    this.loading = new AbortController();
    this.form.clear();
    this.failure = null;
    this.entries = null;
    await this.fetch(null);
  }

  async fetch(cursor) {
    this.busy = true;
    const {signal} = this.loading;
    try {
      this.query = cursor ? this.query : this.asked;
      this.loadedAt = new Date().toISOString();
      const page = await get('/auth/access-logs', {...this.query, limit: PAGE, cursor}, {signal});
      this.entries = cursor ? [...this.entries, ...page.entries] : page.entries;
      this.cursor = page.next_cursor;
    } catch (failure) {
      if (failure.name === 'AbortError') {
        return;
      }
      const wrong = failure.errors?.length ? this.querySelector('form') : null;
      if (wrong) {
        this.form.fail(failure, wrong);
        this.entries ??= [];
      } else {
        this.failure = failure;
      }
    }
    this.busy = false;
  }

  filter(changes) {
    this.filters = {...this.filters, ...changes};
    keep({...this.filters, time: this.filters.time === '24' ? '' : this.filters.time});
    this.unfollow();
    if (this.filters.time !== 'between' || this.filters.from || this.filters.to) {
      this.load();
    }
  }

  toggle() {
    if (this.stop) {
      this.unfollow();
      return;
    }
    const {key_id, event, outcome: code, ip} = this.asked;
    this.following = 'connecting';
    this.stop = follow(
      {key_id, event, outcome: code, ip},
      this.entries?.[0]?.time ?? this.loadedAt,
      (entry) => this.arrive(entry),
      (open) => (this.following = open ? 'live' : 'connecting'),
    );
  }

  unfollow() {
    this.stop?.();
    this.stop = null;
    this.following = null;
  }

  /** The console's own look at the log is an entry too, and no news to anybody. */
  arrive(entry) {
    if (!this.entries?.some(({log_id: id}) => id === entry.log_id)) {
      this.entries = [{...entry, fresh: true}, ...(this.entries ?? [])].slice(0, Math.max(MOST_LIVE, this.entries?.length ?? 0));
    }
  }

  /** All of it, past the page that is shown. */
  async export(form) {
    this.exporting = {form, size: 0};
    const stopped = (this.stopExport = new AbortController());
    try {
      const answer = await send('GET', withQuery('/auth/access-logs', this.asked), {accept: EXPORTS[form], signal: stopped.signal});
      const chunks = [];
      for (const reader = answer.body.getReader(); ; ) {
        const {done, value} = await reader.read();
        if (done) {
          break;
        }
        chunks.push(value);
        this.exporting = {form, size: this.exporting.size + value.length};
      }
      save(new Blob(chunks, {type: EXPORTS[form]}), `access-log.${form.toLowerCase()}`);
    } catch (failure) {
      if (!stopped.signal.aborted) {
        this.failure = failure;
      }
    }
    this.exporting = null;
  }

  who({key_id: key, user_id: user}) {
    if (key) {
      return this.keys.get(key) ?? key;
    }
    return user ? (user === session.user?.user_id ? session.user.name || session.user.email : user) : '–';
  }

  render() {
    return html`<div class="title">
        <div>
          <h1 tabindex="-1">Access logs</h1>
          <p class="muted">Every attempt and every use of your keys and sessions, and every change of who may.</p>
        </div>
        <div class="buttons">
          <button type="button" @click=${this.load}>Refresh</button>
          <button type="button" aria-pressed=${this.following ? 'true' : 'false'} @click=${this.toggle}>
            ${this.following ? html`<span class="dot ${this.following === 'live' ? 'good' : 'waiting'}" aria-hidden="true"></span>` : nothing}Follow live
          </button>
          ${this.exporting
            ? html`<span role="status">${this.exporting.form}: ${bytes(this.exporting.size)}…</span>
                <button type="button" @click=${() => this.stopExport.abort()}>Stop</button>`
            : Object.keys(EXPORTS).map((form) => html`<button type="button" @click=${() => this.export(form)}>Export ${form}</button>`)}
        </div>
      </div>
      ${this.bar()} ${this.failure ? failed(this.failure, () => this.load()) : this.entries ? this.list() : loading('the log')}`;
  }

  select(name, label, options) {
    const chosen = this.filters[name] ?? '';
    return html`<div class="field">
      <label for=${name}>${label}</label>
      <select id=${name} name=${name} @change=${({target}) => this.filter({[name]: target.value})}>
        ${options.map((option) =>
          Array.isArray(option)
            ? html`<option value=${option[0]} ?selected=${option[0] === chosen}>${option[1]}</option>`
            : html`<optgroup label=${option.group}>${option.names.map((event) => html`<option value=${event} ?selected=${event === chosen}>${event}</option>`)}</optgroup>`,
        )}
      </select>
      ${this.form.error(name)}
    </div>`;
  }

  bar() {
    const {time: span, from, to, key_id: key, ip} = this.filters;
    const names = [...this.keys].sort(([, one], [, other]) => one.localeCompare(other));
    const known = !key || this.keys.has(key) ? names : [[key, key], ...names];
    return html`<form class="filters" role="search" @submit=${(event) => event.preventDefault()}>
      ${this.select('time', 'Time', TIMES)}
      ${span === 'between'
        ? html`<div class="field"><label for="from">From</label><input id="from" name="from" type="datetime-local" .value=${from ?? ''} @change=${({target}) => this.filter({from: target.value})} />${this.form.error('from')}</div>
            <div class="field"><label for="to">To</label><input id="to" name="to" type="datetime-local" .value=${to ?? ''} @change=${({target}) => this.filter({to: target.value})} />${this.form.error('to')}</div>`
        : nothing}
      ${this.select('key_id', 'Key', [['', 'Any'], ...known])}
      ${this.select('event', 'Event', [['', 'Any'], ...Object.entries(EVENTS).map(([group, events]) => ({group, names: events}))])}
      ${this.select('outcome', 'Outcome', [['', 'Any'], ...OUTCOMES.map((code) => [code, code === 'refused' ? 'all refused' : code])])}
      <div class="field">
        <label for="ip">Address</label>
        <input
          id="ip"
          name="ip"
          placeholder="192.0.2.0/24"
          spellcheck="false"
          .value=${ip ?? ''}
          aria-invalid=${this.form.errors.ip ? 'true' : nothing}
          aria-describedby=${this.form.errors.ip ? 'ip-wrong' : nothing}
          @change=${({target}) => this.filter({ip: target.value})}
        />
        ${this.form.error('ip')}
      </div>
      ${this.form.alert()}
    </form>`;
  }

  list() {
    if (!this.entries.length) {
      return empty(
        'Nothing here',
        this.following ? 'New entries appear as they happen.' : 'Nothing happened in this time that these filters let through. Try a longer time or fewer filters.',
      );
    }
    return html`<div class="table-frame" aria-busy=${this.busy}>
        <table class="log">
          <caption class="visually-hidden">
            Access log, newest first
          </caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Event</th>
              <th scope="col">Outcome</th>
              <th scope="col">Key or person</th>
              <th scope="col">Address</th>
              <th scope="col">Request</th>
            </tr>
          </thead>
          <tbody>
            ${repeat(this.entries, ({log_id: id}) => id, (entry) => this.row(entry))}
          </tbody>
        </table>
      </div>
      ${this.cursor
        ? html`<p class="more"><button type="button" aria-disabled=${this.busy ? 'true' : nothing} @click=${() => this.busy || this.fetch(this.cursor)}>${this.busy ? 'Loading…' : 'Show older'}</button></p>`
        : nothing}`;
  }

  row(entry) {
    return html`<tr class=${entry.fresh ? 'fresh' : ''} @click=${() => this.details(entry)}>
      <td data-label="Time"><button type="button" class="link" aria-haspopup="dialog" @click=${(event) => {
        event.stopPropagation();
        this.details(entry);
      }}>${shortTime(entry.time)}</button></td>
      <td data-label="Event">${entry.event}</td>
      <td data-label="Outcome">${outcome(entry)}</td>
      <td data-label="Key or person" class="cut">${this.who(entry)}</td>
      <td data-label="Address">${entry.ip ?? '–'}</td>
      <td data-label="Request" class="cut"><code>${entry.method ?? ''} ${entry.path ?? ''}</code></td>
    </tr>`;
  }

  details(entry) {
    new LogDetails(entry, this.who(entry), this.keys).open();
  }
}

/** What a field for a time says; null if it says none. */
function moment(text) {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** An entry, whole. */
class LogDetails extends Dialog {
  constructor(entry, who, keys) {
    super();
    this.entry = entry;
    this.who = who;
    this.keys = keys;
    this.heading = entry.event;
  }

  get kind() {
    return 'drawer';
  }

  content() {
    const entry = this.entry;
    const named = (id) => (id && this.keys.has(id) ? html`${this.keys.get(id)} <code>${id}</code>` : id && html`<code>${id}</code>`);
    const rows = [
      ['Time', html`${time(entry.time)}<br /><code>${entry.time}</code>`],
      ['Outcome', outcome(entry)],
      ['Key', named(entry.key_id)],
      ['Person', entry.user_id && html`${this.who} <code>${entry.user_id}</code>`],
      ['Concerns', entry.target_id && named(entry.target_id)],
      ['Level', entry.permission_level && levelLabel(entry.permission_level)],
      ['Counts for', entry.cost > 1 && `${entry.cost} requests`],
      ['Address', entry.ip],
      ['Client', entry.user_agent],
      ['Request', entry.method && html`<code>${entry.method} ${entry.path}</code>`],
      ['Session', entry.session_id && html`<code>${entry.session_id}</code>`],
      ['Request id', entry.request_id && html`<code>${entry.request_id}</code>`],
      ['Entry', html`<code>${entry.log_id}</code>`],
    ];
    return html`<dl>${rows.filter(([, value]) => value).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
      <footer>
        <plexe-copy label="Copy as JSON" .text=${JSON.stringify({...entry, fresh: undefined}, null, 2)}></plexe-copy>
      </footer>`;
  }
}

customElements.define('plexe-log-details', LogDetails);
customElements.define('plexe-access-logs', AccessLogs);
