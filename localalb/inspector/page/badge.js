// A status code, in the colour of its class.

import {h} from "./dom.js";

export function badge(status) {
  return h("span", {class: `badge s${String(status)[0]}`}, status ? String(status) : "–");
}
