import {html, nothing} from 'lit';
import {pages} from '../api.js';
import {Element} from '../element.js';
import {count, duration, number} from '../format.js';
import {keep, query} from '../router.js';
import {badge, empty, failed, loading} from '../parts/states.js';
import '../parts/bar-chart.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MOST_PAGES = 25;
const TOP_KEYS = 7;
const KINDS = {
  ok: 'good',
  rate_limit_exceeded: 'warn',
};
const SPANS = {
  day: {label: 'Last 24 hours', interval: 'hour', length: DAY_MS, format: {hour: '2-digit', minute: '2-digit'}},
  week: {label: 'Last 7 days', interval: 'day', length: 7 * DAY_MS, format: {month: 'short', day: 'numeric', timeZone: 'UTC'}},
  month: {label: 'Last 30 days', interval: 'day', length: 30 * DAY_MS, format: {month: 'short', day: 'numeric', timeZone: 'UTC'}},
  year: {label: 'Last 12 months', interval: 'month', length: 365 * DAY_MS, format: {month: 'short', year: 'numeric', timeZone: 'UTC'}},
};

/** The beginnings of all intervals of a time, in UTC: those in which nothing happened too. */
function starts({interval, length}, now) {
  const begin = new Date(now - length);
  const at = {
    hour: () => new Date(Math.floor(begin / HOUR_MS) * HOUR_MS),
    day: () => new Date(Math.floor(begin / DAY_MS) * DAY_MS),
    month: () => new Date(Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth(), 1)),
  }[interval]();
  const all = [];
  while (at <= now) {
    all.push(at.toISOString().replace('.000Z', 'Z'));
    if (interval === 'month') {
      at.setUTCMonth(at.getUTCMonth() + 1);
    } else {
      at.setTime(at.getTime() + (interval === 'day' ? DAY_MS : HOUR_MS));
    }
  }
  return all;
}

/** What the uses of keys add up to, and how near their limits they are. */
class Usage extends Element {
  static properties = {span: {state: true}, key: {state: true}, data: {state: true}, keys: {state: true}, limits: {state: true}, failure: {state: true}};

  constructor() {
    super();
    const {span, key_id: key} = query();
    this.span = span in SPANS ? span : 'month';
    this.key = key ?? '';
    this.data = null;
    this.keys = new Map();
    this.limits = null;
    this.failure = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.leaving = new AbortController();
    this.load();
    this.loadKeys();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.leaving.abort();
  }

  async all(path, asked, list) {
    const found = [];
    let whole = true;
    for await (const page of pages(path, asked, {most: MOST_PAGES, signal: this.leaving.signal})) {
      found.push(...page[list]);
      whole = page.next_cursor === null;
    }
    return {found, whole};
  }

  async load() {
    const {span, key} = this;
    this.failure = null;
    this.data = null;
    const now = Date.now();
    const all = starts(SPANS[span], now);
    const asked = {interval: SPANS[span].interval, from: all[0], key_id: key};
    try {
      const [byOutcome, byKey] = await Promise.all([
        this.all('/auth/usage', {...asked, group_by: 'outcome'}, 'usage'),
        this.all('/auth/usage', {...asked, group_by: 'key'}, 'usage'),
      ]);
      if (span === this.span && key === this.key) {
        this.data = {starts: all, byOutcome: byOutcome.found, byKey: byKey.found, whole: byKey.whole};
      }
    } catch (failure) {
      this.failure = failure;
    }
  }

  async loadKeys() {
    try {
      const keys = await this.all('/auth/api-keys', {status: 'all'}, 'keys');
      this.keys = new Map(keys.found.map((key) => [key.key_id, key]));
      this.limits = (await this.all('/auth/api-keys/limits', {}, 'limits')).found;
    } catch {
      this.limits ??= undefined;
    }
  }

  choose(changes) {
    Object.assign(this, changes);
    keep({span: this.span === 'month' ? '' : this.span, key_id: this.key});
    this.load();
  }

  nameOf(key) {
    return this.keys.get(key)?.name ?? key;
  }

  render() {
    return html`<div class="title">
        <div>
          <h1 tabindex="-1">Usage</h1>
          <p class="muted">What the uses of your keys add up to, current within seconds. Days and months are in UTC, as they are billed.</p>
        </div>
      </div>
      <form class="filters" @submit=${(event) => event.preventDefault()}>
        <div class="field">
          <label for="span">Time</label>
          <select id="span" @change=${({target}) => this.choose({span: target.value})}>
            ${Object.entries(SPANS).map(([name, {label}]) => html`<option value=${name} ?selected=${name === this.span}>${label}</option>`)}
          </select>
        </div>
        <div class="field">
          <label for="key">Key</label>
          <select id="key" @change=${({target}) => this.choose({key: target.value})}>
            <option value="">All keys</option>
            ${[...this.keys.values()].map(({key_id: id, name}) => html`<option value=${id} ?selected=${id === this.key}>${name}</option>`)}
          </select>
        </div>
      </form>
      ${this.failure ? failed(this.failure, () => this.load()) : this.data ? this.charts() : loading('the usage')} ${this.nearness()}`;
  }

  charts() {
    const {byOutcome, byKey} = this.data;
    if (!byOutcome.length) {
      return empty('No use yet', 'As soon as a program uses a key, it shows here.', html`<a class="button" href="/settings/api-keys">To the keys</a>`);
    }
    const outcomes = this.stacked(byOutcome, 'outcome');
    const keys = this.stacked(byKey, 'key_id');
    const total = outcomes.reduce((sum, {total: uses}) => sum + uses, 0);
    const accepted = outcomes.find(({name}) => name === 'ok')?.total ?? 0;
    return html`<div class="tiles">
        ${tile('Requests', number(total))} ${tile('Accepted', number(accepted))} ${tile('Refused', number(total - accepted))}
        ${tile('Keys in use', number(keys.length))}
      </div>
      ${this.section('By outcome', outcomes.map((stack) => ({...stack, kind: KINDS[stack.name]})))}
      ${this.key ? nothing : this.section('By key', this.top(keys))}
      ${this.data.whole ? nothing : html`<p class="notice">There is more than is shown by key here. The API tells all of it.</p>`}`;
  }

  section(heading, stacks) {
    const format = new Intl.DateTimeFormat(undefined, SPANS[this.span].format);
    const label = (start) => format.format(new Date(start));
    return html`<section>
      <h2>${heading}</h2>
      <plexe-bar-chart label="${heading}: ${stacks.map(({name, total}) => `${name} ${number(total)}`).join(', ')}" .starts=${this.data.starts} .stacks=${stacks} .format=${label}></plexe-bar-chart>
      <details>
        <summary>As a table</summary>
        <div class="table-frame">
          <table>
            <caption class="visually-hidden">
              ${heading}
            </caption>
            <thead>
              <tr>
                <th scope="col">From</th>
                ${stacks.map(({name}) => html`<th scope="col" class="number">${name}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${this.data.starts.map(
                (start, index) => html`<tr>
                  <th scope="row"><time datetime=${start} title="${start}">${label(start)}</time></th>
                  ${stacks.map(({values}) => html`<td class="number">${number(values[index])}</td>`)}
                </tr>`,
              )}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">Total</th>
                ${stacks.map(({total}) => html`<td class="number">${number(total)}</td>`)}
              </tr>
            </tfoot>
          </table>
        </div>
      </details>
    </section>`;
  }

  /** One stack for each value of a member, the greatest first. */
  stacked(counts, member) {
    const places = new Map(this.data.starts.map((start, index) => [start, index]));
    const stacks = new Map();
    for (const entry of counts) {
      const values = stacks.get(entry[member]) ?? Array(this.data.starts.length).fill(0);
      values[places.get(entry.start)] += entry.uses;
      stacks.set(entry[member], values);
    }
    return [...stacks]
      .map(([name, values]) => ({name, values, total: values.reduce((sum, uses) => sum + uses, 0)}))
      .sort((one, other) => other.total - one.total);
  }

  top(stacks) {
    const shown = stacks.slice(0, TOP_KEYS).map((stack) => ({...stack, name: this.nameOf(stack.name)}));
    const rest = stacks.slice(TOP_KEYS);
    if (!rest.length) {
      return shown;
    }
    const values = this.data.starts.map((_, index) => rest.reduce((sum, stack) => sum + stack.values[index], 0));
    return [...shown, {name: count(rest.length, 'other key'), values, total: values.reduce((sum, uses) => sum + uses, 0)}];
  }

  nearness() {
    if (!this.limits?.length) {
      return nothing;
    }
    const share = ({requests, remaining}) => (requests - remaining) / requests;
    const limits = this.limits.filter(({key_id: id}) => !this.key || id === this.key).sort((one, other) => share(other) - share(one));
    return html`<section>
      <h2>Limits</h2>
      <p class="muted">How much of its limit each active key has used at this moment, the nearest first.</p>
      <div class="table-frame">
        <table class="limits">
          <caption class="visually-hidden">
            Limits
          </caption>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Limit</th>
              <th scope="col">Used now</th>
            </tr>
          </thead>
          <tbody>
            ${limits.slice(0, 50).map((limit) => {
              const used = limit.requests - limit.remaining;
              const near = share(limit);
              return html`<tr>
                <th scope="row" data-label="Key"><span class="name">${this.nameOf(limit.key_id)}</span></th>
                <td data-label="Limit">${number(limit.requests)} per ${duration(limit.window_seconds).replace(/^1 /, '')}${limit.default ? html` <span class="muted small">the default</span>` : nothing}</td>
                <td data-label="Used now">
                  <meter min="0" max=${limit.requests} .value=${used} high=${0.8 * limit.requests} aria-label="Used by ${this.nameOf(limit.key_id)}"></meter>
                  ${number(used)} ${near >= 1 ? badge('At its limit', 'bad') : near >= 0.8 ? badge('Near its limit', 'warn') : nothing}
                </td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

const tile = (label, value) => html`<div class="tile"><span class="muted">${label}</span><strong>${value}</strong></div>`;

customElements.define('plexe-usage', Usage);
