// Where the time went: one bar, and its parts by name.

import {h, svg} from "./dom.js";
import {duration} from "./words.js";

const PARTS = [
  ["read", "Read", "from the client, until the request was whole"],
  ["queue", "Queue", "waited for an execution environment"],
  ["init", "Init", "its environment started: a cold start"],
  ["run", "Run", "the function ran"],
  ["write", "Write", "to the client"],
];
const WIDTH = 1000,
  LEAST = 4; // of the drawing; what is there is seen

export function timingsView(timings) {
  const parts = PARTS.map(([name, label, about]) => ({name, label, about, took: timings[name]})).filter(
    part => part.took !== null && part.took !== undefined,
  );
  if (!parts.length) return null;
  const total = parts.reduce((sum, part) => sum + part.took, 0);
  return h(
    "section",
    {class: "timings", "aria-label": "Timings"},
    bar(parts, total),
    h(
      "dl",
      {},
      parts.map(part =>
        h(
          "div",
          {class: `part ${part.name}`, title: part.about},
          h("dt", {}, part.label),
          h("dd", {}, duration(part.took)),
        ),
      ),
    ),
  );
}

function bar(parts, total) {
  const room = WIDTH - LEAST * parts.length;
  let at = 0;
  return svg(
    "svg",
    {class: "bar", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", "aria-hidden": "true"},
    parts.map(part => {
      const width = LEAST + (total ? (room * part.took) / total : room / parts.length);
      const rect = svg("rect", {class: part.name, x: at, y: 0, width: Math.max(width - 2, 2), height: 10});
      at += width;
      return rect;
    }),
  );
}
