import {html, svg} from 'lit';
import {get} from '../api.js';
import {Element} from '../element.js';
import {count} from '../format.js';

const DAYS = 14;
const DAY_MS = 86_400_000;
const HEIGHT = 24;
const BAR = 6;

/** The uses of a key per day in the last two weeks, fetched once it is in sight. */
class SparkLine extends Element {
  static properties = {keyId: {}, uses: {state: true}, failed: {state: true}};

  connectedCallback() {
    super.connectedCallback();
    this.sight = new IntersectionObserver((seen) => {
      if (seen.some((entry) => entry.isIntersecting)) {
        this.sight.disconnect();
        this.load();
      }
    });
    this.sight.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sight.disconnect();
  }

  async load() {
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const from = today - (DAYS - 1) * DAY_MS;
    try {
      const {usage} = await get('/auth/usage', {
        key_id: this.keyId,
        interval: 'day',
        group_by: 'outcome',
        from: new Date(from).toISOString(),
        limit: 200,
      });
      const uses = Array(DAYS).fill(0);
      for (const {start, uses: more} of usage) {
        uses[(Date.parse(start) - from) / DAY_MS] += more;
      }
      this.uses = uses;
    } catch {
      this.failed = true;
    }
  }

  render() {
    if (this.failed) {
      return html`<span class="muted">not known</span>`;
    }
    if (!this.uses) {
      return html`<span class="spark-place" aria-hidden="true"></span>`;
    }
    const most = Math.max(...this.uses, 1);
    const total = this.uses.reduce((sum, uses) => sum + uses, 0);
    const label = `${count(total, 'use')} in the last ${DAYS} days`;
    return html`<svg class="spark" role="img" aria-label=${label} width=${DAYS * BAR} height=${HEIGHT} viewBox="0 0 ${DAYS * BAR} ${HEIGHT}">
      <title>${label}</title>
      ${this.uses.map((uses, index) => {
        const height = uses ? Math.max(2, Math.round((uses / most) * HEIGHT)) : 1;
        return svg`<rect x=${index * BAR} y=${HEIGHT - height} width=${BAR - 2} height=${height} class=${uses ? 'used' : 'idle'} />`;
      })}
    </svg>`;
  }
}

customElements.define('plexe-spark-line', SparkLine);
