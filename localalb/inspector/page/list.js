// The requests as a grid of which only the rows in sight are elements: ten thousand cost what forty do.

import {badge} from "./badge.js";
import {h, icon} from "./dom.js";
import {ruleWord} from "./requests.js";
import {clock, duration} from "./words.js";

const COLUMNS = ["Status", "Method", "Path", "Rule", "Function", "Time", "Took"];
const SPARE = 8; // rows drawn beyond each edge

export class List {
  // `requests` as in requests.js; `open(record)` is called for the one that is chosen.
  constructor(requests, open) {
    this.requests = requests;
    this.open = open;
    this.cursor = null; // the id of the row that the keys are at
    this.opened = null; // the id of the request that is shown beside
    this._drawn = new Map();
    this._frame = 0;
    this._rows = h("div", {class: "rows", role: "rowgroup"});
    this.head = h(
      "div",
      {class: "row head", role: "row", "aria-rowindex": "1"},
      COLUMNS.map(name => h("div", {class: `cell ${name.toLowerCase()}`, role: "columnheader"}, name)),
    );
    this.element = h(
      "div",
      {
        class: "list",
        role: "grid",
        tabindex: "0",
        id: "list",
        "aria-label": "Requests, newest first",
        "aria-colcount": String(COLUMNS.length),
        onkeydown: event => this._key(event),
        onscroll: () => this.draw(),
        onfocus: () => this._enter(),
      },
      h("div", {role: "rowgroup", class: "heads"}, this.head),
      this._rows,
    );
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  get count() {
    return this.requests.shown.length;
  }

  // Newest first.
  at(index) {
    return this.requests.shown[this.count - 1 - index];
  }

  indexOf(id) {
    const shown = this.requests.shown;
    let low = 0,
      high = shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shown[middle].id < id) low = middle + 1;
      else high = middle;
    }
    return shown[low]?.id === id ? this.count - 1 - low : -1;
  }

  // After new requests: who reads further down keeps what is in sight.
  grown(added) {
    if (added && this.element.scrollTop > 0) {
      this._resize();
      this.element.scrollTop += added * this._height();
    }
    this.draw();
  }

  filtered() {
    this.element.scrollTop = 0;
    if (this.cursor !== null && this.indexOf(this.cursor) < 0) this.cursor = null;
    this.draw();
  }

  show(id) {
    this.opened = id;
    if (id !== null) this.cursor = id;
    this._reveal();
    this.draw();
  }

  move(by) {
    if (!this.count) return;
    const now = this.cursor === null ? (by > 0 ? -1 : 0) : this.indexOf(this.cursor);
    const index = Math.min(Math.max(now + by, 0), this.count - 1);
    this.cursor = this.at(index).id;
    this._reveal();
    this.draw();
    if (this.opened !== null) this.open(this.at(index));
  }

  openCursor() {
    const index = this.cursor === null ? -1 : this.indexOf(this.cursor);
    if (index >= 0) this.open(this.at(index));
  }

  draw() {
    if (!this._frame) this._frame = requestAnimationFrame(() => this._draw());
  }

  _draw() {
    this._frame = 0;
    this._resize();
    const height = this._height();
    const from = Math.max(0, Math.floor(this.element.scrollTop / height) - SPARE);
    const to = Math.min(this.count, from + Math.ceil(this.element.clientHeight / height) + 2 * SPARE);
    const before = this._drawn;
    this._drawn = new Map();
    for (const [id, row] of before) {
      const index = this.indexOf(id);
      if (index < from || index >= to) row.remove();
    }
    let next = null; // in the order that a screen reader meets them
    for (let index = to - 1; index >= from; index--) {
      const record = this.at(index);
      const row = before.get(record.id) ?? this._row(record);
      before.delete(record.id);
      this._drawn.set(record.id, row);
      row.style.transform = `translateY(${index * height}px)`;
      row.setAttribute("aria-rowindex", String(index + 2));
      row.setAttribute("aria-selected", String(record.id === this.opened));
      row.classList.toggle("cursor", record.id === this.cursor);
      if (!row.parentNode || row.nextSibling !== next) this._rows.insertBefore(row, next);
      next = row;
    }
    this.element.setAttribute("aria-rowcount", String(this.count + 1));
    const active = this.cursor !== null && this._drawn.has(this.cursor);
    if (active) this.element.setAttribute("aria-activedescendant", `request-${this.cursor}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  _resize() {
    this._rows.style.height = `${this.count * this._height()}px`;
  }

  // Of a row, as the style sheet and the text's size have it.
  _height() {
    return this.head.offsetHeight || 30;
  }

  _reveal() {
    const index = this.cursor === null ? -1 : this.indexOf(this.cursor);
    if (index < 0) return;
    const height = this._height(),
      list = this.element;
    const top = index * height,
      room = list.clientHeight - 2 * height; // below the head
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top > list.scrollTop + room) list.scrollTop = top - room;
  }

  _enter() {
    if (this.cursor === null && this.count) this.cursor = this.at(0).id;
    this._reveal();
    this.draw();
  }

  _key(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this._height()) - 2);
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity};
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) this.move(steps[event.key]);
    else if (event.key === "Enter") this.openCursor();
    else return;
    event.preventDefault();
  }

  _row(record) {
    const cell = (name, ...children) => h("div", {class: `cell ${name}`, role: "gridcell"}, children);
    const refused =
      record.why &&
      h("span", {class: "refused", title: record.why}, icon("warn"), h("span", {class: "unseen"}, "refused"));
    const cold =
      record.cold && h("span", {class: "cold", title: "Its environment was started for it"}, "cold");
    return h(
      "div",
      {class: "row", role: "row", id: `request-${record.id}`, onclick: () => this._clicked(record)},
      cell("status", badge(record.status)),
      cell("method", record.method),
      cell("path", h("span", {class: "target", title: record.target}, record.target), refused),
      cell("rule", ruleWord(record) || "–"),
      cell("function", record.function || "–"),
      cell("time", clock(record.time)),
      cell("took", cold, duration(record.duration_ms)),
    );
  }

  _clicked(record) {
    this.cursor = record.id;
    this.open(record);
  }
}
