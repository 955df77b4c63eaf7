// The page's frame: what is always there, and the places that parts are put into.

import {fill, h, icon} from "./dom.js";
import {themeSwitch} from "./theme.js";

const PLACES = [
  ["", "Requests"],
  ["topology", "Topology"],
  ["compose", "Compose"],
  ["invoke", "Invoke"],
];
const STATES = {live: "Live", lost: "The cloud does not answer; trying again", locked: "Locked"};

export class Shell {
  // `filters`, `list` and `say` as in their modules, `keys()` shows the keys.
  constructor(filters, list, say, keys) {
    this.count = h("p", {class: "count-line"});
    this.empty = h("div", {class: "empty"});
    this.pane = h("section", {class: "pane", "aria-label": "Details"});
    this.picture = h("section", {class: "topology", "aria-label": "Topology"});
    this._state = h("span", {class: "state", role: "status"});
    this._links = PLACES.map(([name, label]) => h("a", {href: `#/${name}`, "data-place": name}, label));
    const box = h("div", {class: "list-box"}, list.element, this.empty);
    const requests = {class: "requests", "aria-label": "Requests"};
    const side = h("section", requests, filters.element, box, this.count);
    this.main = h("main", {}, side, this.pane, this.picture);
    document.body.append(this._top(list, keys), this.main, say.line, say.arrivals);
  }

  // "live", "lost" or "locked".
  state(now) {
    this._state.className = `state ${now}`;
    this._state.textContent = STATES[now];
  }

  get place() {
    return this.main.dataset.place;
  }

  // One of the places behind the address's #, "list" or "locked".
  set place(place) {
    this.main.dataset.place = place;
    const current = ["list", "requests"].includes(place) ? "" : place;
    for (const link of this._links) {
      if (link.dataset.place === current) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  // Puts a view into the pane; `focus`: the keys go on there.
  open(view, focus) {
    fill(this.pane, view);
    this.pane.scrollTop = 0;
    if (focus) this.pane.querySelector("h2")?.focus();
  }

  _top(list, keys) {
    const skip = event => {
      event.preventDefault();
      list.element.focus();
    };
    const help = {type: "button", class: "plain", "aria-label": "Keys", title: "Keys (?)", onclick: keys};
    return h(
      "header",
      {class: "top"},
      h("a", {class: "skip", href: "#list", onclick: skip}, "To the requests"),
      h("h1", {}, "localalb", h("span", {class: "unseen"}, " inspector")),
      h("nav", {"aria-label": "Places"}, this._links),
      this._state,
      h("button", help, icon("keys")),
      themeSwitch(),
    );
  }
}
