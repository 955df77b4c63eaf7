// A request written by hand, or an edited one; beneath it what would become of it, while it is written.

import * as api from "./api.js";
import {bytesOf} from "./bodies.js";
import {fill, h, icon} from "./dom.js";
import {rulesView} from "./rules.js";
import {headerLines, nobody, parsedHeaders} from "./sendable.js";
import {size} from "./words.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const PAUSE = 200; // milliseconds without a key until the rules are asked

// `wanted` is what the fields begin with, or null; `go` and `close` as elsewhere.
export function composerView(topology, wanted, {say, go, close}) {
  const listeners = topology.load_balancers.flatMap(balancer =>
    balancer.listeners.map(listener => ({...listener, balancer})),
  );
  const first = listeners[0];
  const start = wanted ?? {listener: first?.arn, method: "GET", target: "/", headers: [], body: nobody()};
  const binary = start.body.text === null ? start.body : null; // it is sent as it was

  const listener = h(
    "select",
    {id: "compose-listener", onchange: () => look()},
    listeners.map(each =>
      h("option", {value: each.arn}, `${each.balancer.name}:${each.port} ${each.protocol}`),
    ),
  );
  if (start.listener) listener.value = start.listener;
  const method = h("input", {
    id: "compose-method",
    list: "methods",
    value: start.method,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => look(),
  });
  const target = h("input", {
    id: "compose-target",
    value: start.target,
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => look(),
  });
  const headers = area("compose-headers", headerLines(start.headers), 5, () => look());
  const body = area("compose-body", start.body.text ?? "", 6, () => look());
  const problem = h("p", {class: "field-problem", role: "alert"});
  const preview = h("section", {class: "preview", "aria-label": "What would become of it"});
  const sending = h("button", {type: "submit", class: "primary"}, "Send");

  const read = () => ({
    listener: listener.value,
    method: method.value.trim(),
    target: target.value,
    headers: withHost(
      parsedHeaders(headers.value),
      listeners.find(each => each.arn === listener.value),
    ),
    body: binary ?? {text: body.value, base64: null},
  });

  let timer = 0,
    asked = new AbortController();
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(explain, PAUSE);
  };
  const explain = async () => {
    asked.abort();
    asked = new AbortController();
    const {signal} = asked;
    try {
      const found = await api.explain(read(), signal);
      problem.textContent = "";
      fill(preview, h("h3", {}, "What would become of it"), rulesView(found));
    } catch (error) {
      if (!signal.aborted) problem.textContent = error.message;
    }
  };
  const send = async event => {
    event.preventDefault();
    sending.disabled = true;
    try {
      const sent = await api.send(read());
      problem.textContent = sent.error;
      if (!sent.error) say.say(`Sent: ${sent.status}`);
      if (!sent.error && sent.id !== null) go({request: sent.id});
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      sending.disabled = false;
    }
  };
  if (first) explain();

  return h(
    "article",
    {class: "composer", "aria-labelledby": "compose-title"},
    h(
      "header",
      {class: "detail-head"},
      h("h2", {id: "compose-title", tabindex: "-1"}, wanted ? "Edit and replay" : "Compose a request"),
      h(
        "button",
        {type: "button", class: "plain close", "aria-label": "Close", title: "Close (Esc)", onclick: close},
        icon("close"),
      ),
    ),
    first
      ? h(
          "form",
          {class: "form", onsubmit: send},
          h(
            "datalist",
            {id: "methods"},
            METHODS.map(name => h("option", {value: name})),
          ),
          h(
            "div",
            {class: "line"},
            field("compose-listener", "Listener", listener),
            field("compose-method", "Method", method),
            field("compose-target", "Path and query", target),
          ),
          field(
            "compose-headers",
            "Headers, one a line",
            headers,
            "Host is the load balancer's DNS name where you write none.",
          ),
          binary
            ? h(
                "p",
                {class: "about"},
                `The body is no text; its ${size(bytesOf(binary).length)} are sent as they were.`,
              )
            : field("compose-body", "Body", body),
          problem,
          h("div", {class: "buttons"}, sending),
        )
      : h("p", {class: "none"}, "There is no listener to send it to."),
    preview,
  );
}

function withHost(headers, listener) {
  if (!listener || headers.some(([name]) => name.toLowerCase() === "host")) return headers;
  const usual = {HTTP: 80, HTTPS: 443}[listener.protocol] === listener.port;
  return [["Host", listener.balancer.dns_name + (usual ? "" : `:${listener.port}`)], ...headers];
}

export function field(id, label, input, hint) {
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    {class: "field"},
    h("label", {for: id}, label),
    input,
    hint && h("p", {class: "hint", id: `${id}-hint`}, hint),
  );
}

export function area(id, text, rows, oninput) {
  const made = h("textarea", {id, rows: String(rows), spellcheck: "false", autocomplete: "off", oninput});
  made.value = text;
  return made;
}
