// What leaves the page: to the clipboard, or as a file.

import {h, icon} from "./dom.js";
import {code} from "./bodies.js";

export async function copy(text, what, say) {
  try {
    await navigator.clipboard.writeText(text);
    say.say(`Copied ${what}`);
  } catch {
    // The browser does not let us: so it is shown, marked, to be copied by hand.
    const box = showText(`Copy ${what}`, text);
    getSelection().selectAllChildren(box);
  }
}

export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: "text/plain"}));
  h("a", {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// Text in a dialog, with further buttons; the box that has the text.
export function showText(title, text, ...buttons) {
  const box = code(title, text);
  const dialog = h(
    "dialog",
    {class: "text", "aria-labelledby": "text-title", onclose: () => dialog.remove()},
    h(
      "header",
      {},
      h("h2", {id: "text-title"}, title),
      h(
        "button",
        {type: "button", class: "plain", "aria-label": "Close", onclick: () => dialog.close()},
        icon("close"),
      ),
    ),
    box,
    buttons.length && h("div", {class: "buttons"}, buttons),
  );
  document.body.append(dialog);
  dialog.showModal();
  return box;
}
