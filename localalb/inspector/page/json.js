// JSON as text whose parts have colours.

import {h} from "./dom.js";

const COLOURED = 200_000; // characters; a longer text stays plain, so that the page stays quick
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

// The value of a text, or undefined where the text is no JSON.
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function pretty(value) {
  return JSON.stringify(value, null, 2);
}

// Text and coloured parts, for a <pre>.
export function coloured(text) {
  if (text.length > COLOURED) return [text];
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    const [token, string, colon] = match;
    const kind = colon ? "key" : string ? "string" : "literal";
    parts.push(h("span", {class: `json-${kind}`}, string ?? token));
    if (colon) parts.push(colon);
    end = match.index + token.length;
  }
  parts.push(text.slice(end));
  return parts;
}
