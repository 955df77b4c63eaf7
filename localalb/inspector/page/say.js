// What is said: a line that shows for a moment, and arrivals for a screen reader, which hears a sum now and
// then, not each of them.

import {h} from "./dom.js";
import {plural} from "./words.js";

const SHOWN = 4000,
  EVERY = 10_000; // milliseconds

export class Say {
  constructor() {
    this.line = h("p", {class: "toast", role: "status"});
    this.arrivals = h("p", {class: "unseen", id: "arrivals", "aria-live": "polite"});
    this._count = 0;
    this._refused = 0;
    this._timer = 0;
    this._quiet = 0;
  }

  say(sentence, kind = "") {
    this.line.textContent = sentence;
    this.line.className = `toast shown ${kind}`;
    clearTimeout(this._quiet);
    this._quiet = setTimeout(() => (this.line.className = "toast"), SHOWN);
  }

  arrived(records) {
    this._count += records.length;
    this._refused += records.filter(record => record.why).length;
    this._timer ||= setTimeout(() => this._sum(), EVERY);
  }

  _sum() {
    const refused = this._refused ? `, ${this._refused} refused` : "";
    this.arrivals.textContent = `${plural(this._count, "new request")}${refused}`;
    this._count = this._refused = this._timer = 0;
  }
}
