// Tabs, as the ARIA Authoring Practices Guide has them: arrows move between them, Tab goes into the panel.

import {fill, h} from "./dom.js";

export class Tabs {
  // `pages`: {name, label, count, content()}; `chosen(name)` hears of a change by hand.
  constructor(label, pages, name, chosen) {
    this.pages = pages;
    this.chosen = chosen;
    this.panel = h("div", {role: "tabpanel", class: "panel", id: "panel"});
    this.buttons = pages.map(page =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${page.name}`,
          "aria-controls": "panel",
          onclick: () => this._choose(page.name),
        },
        page.label,
        page.count ? [" ", h("span", {class: "count"}, String(page.count))] : null,
      ),
    );
    this.element = h(
      "div",
      {class: "tabs"},
      h("div", {role: "tablist", "aria-label": label, onkeydown: event => this._key(event)}, this.buttons),
      this.panel,
    );
    this.show(pages.some(page => page.name === name) ? name : pages[0].name);
  }

  show(name) {
    this.name = name;
    for (const [index, page] of this.pages.entries()) {
      const selected = page.name === name;
      this.buttons[index].setAttribute("aria-selected", String(selected));
      this.buttons[index].tabIndex = selected ? 0 : -1;
      if (selected) fill(this.panel, page.content()).setAttribute("aria-labelledby", `tab-${name}`);
    }
  }

  _choose(name) {
    this.show(name);
    this.chosen(name);
  }

  _key(event) {
    const now = this.pages.findIndex(page => page.name === this.name),
      last = this.pages.length - 1;
    const to = {
      ArrowRight: now === last ? 0 : now + 1,
      ArrowLeft: now === 0 ? last : now - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this._choose(this.pages[to].name);
    this.buttons[to].focus();
  }
}
