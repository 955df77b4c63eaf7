// The keyboard: single keys where no text is written, and the page that lists them.

import {h, icon} from "./dom.js";

const NAME = "localalb-keys";

const kbd = name => h("kbd", {}, name);

export class Keys {
  // `bindings`: [key, shown, what it does, action()]; those without an action are only listed.
  constructor(bindings) {
    this.bindings = bindings;
    this.on = localStorage.getItem(NAME) !== "off";
    this.dialog = this._dialog();
    document.body.append(this.dialog);
    document.addEventListener("keydown", event => this._key(event));
  }

  show() {
    this.dialog.showModal();
  }

  _key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("input, textarea, select");
    if (event.key !== "Escape" && (writing || !this.on)) return;
    const found = this.bindings.find(([key, , , action]) => key === event.key && action);
    if (!found) return;
    event.preventDefault();
    found[3](event);
  }

  _dialog() {
    const toggle = h("input", {
      type: "checkbox",
      id: "single-keys",
      checked: this.on,
      onchange: () => {
        this.on = toggle.checked;
        localStorage.setItem(NAME, this.on ? "on" : "off");
      },
    });
    const dialog = h(
      "dialog",
      {class: "keys", "aria-labelledby": "keys-title"},
      h(
        "header",
        {},
        h("h2", {id: "keys-title"}, "Keys"),
        h(
          "button",
          {type: "button", class: "plain", "aria-label": "Close", onclick: () => dialog.close()},
          icon("close"),
        ),
      ),
      h(
        "dl",
        {},
        this.bindings
          .filter(([, shown]) => shown)
          .map(([, shown, what]) => h("div", {}, h("dt", {}, shown.split(" ").map(kbd)), h("dd", {}, what))),
      ),
      h("label", {class: "check", for: "single-keys"}, toggle, "Single keys do something (Esc always does)"),
    );
    return dialog;
  }
}
