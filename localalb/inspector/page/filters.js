// The bar over the list: what of the requests is shown.

import {fill, h} from "./dom.js";
import {EVERYTHING} from "./requests.js";

const CLASSES = [
  ["", "All"],
  ["2", "2xx"],
  ["3", "3xx"],
  ["4", "4xx"],
  ["5", "5xx"],
];

export class Filters {
  // `changed(filter)` hears of each change.
  constructor(changed) {
    this.changed = changed;
    this.filter = EVERYTHING;
    this.text = h("input", {
      type: "search",
      id: "filter",
      placeholder: "Path, word, request id",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": "Filter by text",
      "aria-keyshortcuts": "/",
      oninput: () => this._set({text: this.text.value}),
    });
    this.rule = this._select("rule", "Every rule");
    this.function = this._select("function", "Every function");
    this.classes = h(
      "div",
      {class: "segments", role: "group", "aria-label": "Filter by status"},
      CLASSES.map(([value, label]) =>
        h(
          "button",
          {
            type: "button",
            "aria-pressed": String(value === ""),
            "data-class": value,
            onclick: () => this._set({status: value}),
          },
          label,
        ),
      ),
    );
    this.element = h(
      "div",
      {class: "filters", role: "search", "aria-label": "Requests"},
      this.text,
      this.classes,
      this.rule,
      this.function,
    );
  }

  // Offers the rules and functions that were seen.
  offer(rules, functions) {
    const listeners = new Set([...rules].map(key => key.split(" ")[0]));
    const label = key =>
      listeners.size > 1 ? `Rule ${key.split(" ")[1]} of ${key.split(" ")[0]}` : `Rule ${key.split(" ")[1]}`;
    this._fill(this.rule, "Every rule", rules, label, this.filter.rule);
    this._fill(this.function, "Every function", functions, name => name, this.filter.function);
  }

  set(filter) {
    this._set({...EVERYTHING, ...filter});
  }

  get isEverything() {
    return Object.values(this.filter).every(value => value === "");
  }

  _set(change) {
    this.filter = {...this.filter, ...change};
    for (const button of this.classes.children)
      button.setAttribute("aria-pressed", String(button.dataset.class === this.filter.status));
    if (this.text.value !== this.filter.text) this.text.value = this.filter.text;
    for (const name of ["rule", "function"]) {
      const select = this[name],
        value = this.filter[name];
      if (value && ![...select.options].some(option => option.value === value))
        select.append(h("option", {value}, value));
      select.value = value;
      select.classList.toggle("set", value !== "");
    }
    this.changed(this.filter);
  }

  _select(name, all) {
    return h(
      "select",
      {"aria-label": `Filter by ${name}`, onchange: event => this._set({[name]: event.target.value})},
      h("option", {value: ""}, all),
    );
  }

  _fill(select, all, values, label, chosen) {
    const wanted = [...new Set([...values, ...(chosen ? [chosen] : [])])].sort(byNumber);
    if (select.options.length === wanted.length + 1) return;
    fill(
      select,
      h("option", {value: ""}, all),
      wanted.map(value => h("option", {value}, label(value))),
    );
    select.value = chosen;
  }
}

function byNumber(one, other) {
  return one.localeCompare(other, "en", {numeric: true});
}
