import {html} from 'lit';
import {Element} from '../element.js';

const COLOURS = 8;

/** The chart library comes with the first chart: nobody waits for it before. */
const library = () => import('../charting.js');

/** Bars over time, stacked by what they consist of; the table beneath says the same to whoever can't see them. */
class BarChart extends Element {
  static properties = {label: {}, starts: {}, stacks: {}, format: {}};

  connectedCallback() {
    super.connectedCallback();
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.redraw = () => this.draw();
    this.scheme.addEventListener('change', this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.scheme.removeEventListener('change', this.redraw);
    this.chart?.destroy();
    this.chart = null;
  }

  updated() {
    this.draw();
  }

  async draw() {
    const {Chart} = await library();
    const canvas = this.querySelector('canvas');
    if (!canvas || !this.isConnected) {
      return;
    }
    const style = getComputedStyle(this);
    Chart.defaults.font.family = style.fontFamily;
    const colour = (name) => style.getPropertyValue(name).trim();
    this.chart?.destroy();
    this.chart = new Chart(canvas, {
      type: 'bar',
      data: {
        labels: this.starts.map(this.format),
        datasets: this.stacks.map(({name, values, kind}, index) => ({
          label: name,
          data: values,
          backgroundColor: colour(kind ? `--chart-${kind}` : `--chart-${index % COLOURS}`),
        })),
      },
      options: {
        maintainAspectRatio: false,
        animation: false,
        interaction: {mode: 'index', intersect: false},
        scales: {
          x: {stacked: true, grid: {display: false}, ticks: {color: colour('--muted'), maxRotation: 0, autoSkipPadding: 12}},
          y: {stacked: true, beginAtZero: true, grid: {color: colour('--line')}, ticks: {color: colour('--muted'), precision: 0}},
        },
        plugins: {legend: {position: 'bottom', align: 'start', labels: {color: colour('--text'), boxWidth: 12, boxHeight: 12}}},
      },
    });
  }

  render() {
    return html`<div class="chart"><canvas role="img" aria-label=${this.label}></canvas></div>`;
  }
}

customElements.define('plexe-bar-chart', BarChart);
