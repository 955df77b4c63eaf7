// Light, dark, or as the system has it. The choice stays with the browser.

import {fill, h, icon} from "./dom.js";

const NAME = "localalb-theme";
const NEXT = {system: "light", light: "dark", dark: "system"};
const SIGNS = {system: "half", light: "sun", dark: "moon"};

export function themeSwitch() {
  const button = h("button", {
    type: "button",
    class: "plain",
    id: "theme",
    onclick: () => set(NEXT[current()]),
  });
  const set = theme => {
    localStorage.setItem(NAME, theme);
    show(theme);
  };
  const show = theme => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    fill(button, icon(SIGNS[theme]));
    button.setAttribute("aria-label", `Colours: ${theme}`);
    button.title = `Colours: ${theme}; press for ${NEXT[theme]}`;
  };
  show(current());
  return button;
}

function current() {
  const kept = localStorage.getItem(NAME);
  return kept in NEXT ? kept : "system";
}
