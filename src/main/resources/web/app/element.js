import {LitElement} from 'lit';

/**
 * A part of the console. It renders into the document itself, without a shadow root: one style sheet dresses everything,
 * labels find their fields, and password managers see what they are to fill.
 */
export class Element extends LitElement {
  createRenderRoot() {
    return this;
  }
}
