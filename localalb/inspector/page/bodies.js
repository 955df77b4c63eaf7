// Bodies and heads: as they came, byte by byte where they are no text.

import {h} from "./dom.js";
import {coloured, parsed, pretty} from "./json.js";
import {size} from "./words.js";

const DUMPED = 4096; // bytes of a body that is no text

// Text in a box that can be scrolled with the keys too.
export function code(label, ...children) {
  return h("pre", {class: "code", tabindex: "0", role: "group", "aria-label": label}, children);
}

export function jsonCode(label, value) {
  return code(label, coloured(pretty(value)));
}

// A `body` of the server's ({text, base64}) of so many bytes. JSON is laid out, and as it came on demand.
export function bodyView(label, body, length, truncated) {
  const about = h(
    "p",
    {class: "about"},
    length ? size(length) : "No body",
    truncated && `, of which the first ${size(kept(body))} were kept`,
  );
  if (!length || !body) return h("div", {}, about);
  if (body.text === null) return h("div", {}, about, code(label, dump(bytesOf(body))));
  const value = parsed(body.text);
  if (typeof value !== "object" || value === null) return h("div", {}, about, code(label, body.text));
  const shown = jsonCode(label, value);
  const raw = h(
    "button",
    {
      type: "button",
      class: "quiet",
      "aria-pressed": "false",
      onclick: () => {
        const laidOut = raw.getAttribute("aria-pressed") === "true";
        raw.setAttribute("aria-pressed", String(!laidOut));
        shown.replaceChildren(...(laidOut ? coloured(pretty(value)) : [body.text]));
      },
    },
    "As it came",
  );
  about.append(raw);
  return h("div", {}, about, shown);
}

// The lines of a head, each with how it ends.
export function headView(head) {
  const lines = head.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return code(
    "The head as it came",
    lines.map(line => {
      const end = line.endsWith("\r\n") ? "crlf" : line.endsWith("\n") ? "lf" : "none";
      return h("span", {class: `line ends-${end}`}, visible(line.replace(/\r?\n$/, "")));
    }),
  );
}

// What cannot be seen or misleads: control characters, marks that turn the text's direction, and bytes that
// are no text, which are lone surrogates here.
const CONTROLS = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f";
const MARKS = "\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff";
const BYTES = "[\\udc80-\\udcff](?<![\\ud800-\\udbff].)";
const UNSEEN = new RegExp(`[${CONTROLS}${MARKS}]|${BYTES}`, "g");

// The same text with these as escapes.
export function visible(text) {
  return text.replace(UNSEEN, sign => {
    const code = sign.charCodeAt(0);
    if (code >= 0xdc80 && code <= 0xdcff) return escaped("x", code - 0xdc00, 2);
    return code < 256 ? escaped("x", code, 2) : escaped("u", code, 4);
  });
}

function escaped(letter, code, digits) {
  return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
}

export function bytesOf(body) {
  if (body.text !== null) return new TextEncoder().encode(body.text);
  return Uint8Array.from(atob(body.base64), each => each.charCodeAt(0));
}

function kept(body) {
  return body ? bytesOf(body).length : 0;
}

function dump(bytes) {
  const lines = [];
  for (let at = 0; at < Math.min(bytes.length, DUMPED); at += 16) {
    const row = [...bytes.slice(at, at + 16)];
    const hex = row
      .map(byte => byte.toString(16).padStart(2, "0"))
      .join(" ")
      .padEnd(47);
    const text = row.map(byte => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex}  ${text}`);
  }
  if (bytes.length > DUMPED) lines.push(`(${size(bytes.length - DUMPED)} more)`);
  return lines.join("\n");
}
