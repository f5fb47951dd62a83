import {Element} from '../element.js';
import {clock} from '../format.js';

/** The time until a moment, ticking. */
class Countdown extends Element {
  static properties = {until: {}};

  connectedCallback() {
    super.connectedCallback();
    this.ticking = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  render() {
    return clock(Date.parse(this.until) - Date.now());
  }
}

customElements.define('plexe-countdown', Countdown);
