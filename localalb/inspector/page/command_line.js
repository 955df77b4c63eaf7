// A line for the terminal, with a button that copies it.

import {h} from "./dom.js";
import {copy} from "./saving.js";

export function commandLine(line, say) {
  return h(
    "p",
    {class: "command"},
    h("code", {}, line),
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": `Copy: ${line}`,
        onclick: () => copy(line, "the line", say),
      },
      "Copy",
    ),
  );
}
