// What the inspector's server is asked. Its key comes in the page's fragment and stays in this tab.

const NAME = "localalb-key";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// Moves the key from the address to the tab; true where a new one came. What begins with / is a place in the
// page, see app.js.
export function takeKey() {
  const fragment = location.hash.slice(1);
  if (!fragment || fragment.startsWith("/")) return false;
  sessionStorage.setItem(NAME, fragment);
  history.replaceState(null, "", location.pathname);
  return true;
}

export const requests = (after, signal) => ask(`/api/requests?after=${after}`, {signal});
export const request = (id, signal) => ask(`/api/requests/${id}`, {signal});
export const topology = () => ask("/api/topology");
export const send = wanted => ask("/api/send", post(wanted));
export const explain = (wanted, signal) => ask("/api/explain", {...post(wanted), signal});
export const invoke = wanted => ask("/api/invoke", post(wanted));

// The events of the stream, as arrays of {id, event, data}: all that came at once. By fetch, because an
// EventSource sends no header.
export async function* events(after, signal) {
  const response = await opened(`/api/stream?after=${after}`, {signal});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const parts = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = parts.pop();
    const found = parts.map(parsed).filter(each => each.data !== undefined);
    if (found.length) yield found;
  }
}

function parsed(block) {
  const event = {id: null, event: "message", data: undefined};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue; // a comment
    const value = line.slice(colon + 1).replace(/^ /, "");
    const name = line.slice(0, colon);
    if (name === "data") event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    else event[name] = value;
  }
  return event;
}

function post(body) {
  return {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)};
}

async function ask(path, options) {
  return (await opened(path, options)).json();
}

async function opened(path, options = {}) {
  const headers = {...options.headers, "X-Localalb": sessionStorage.getItem(NAME) ?? ""};
  const response = await fetch(path, {...options, headers});
  if (!response.ok) throw new Refused(response.status, await reason(response));
  return response;
}

async function reason(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text || `the inspector answered ${response.status}`;
  }
}
