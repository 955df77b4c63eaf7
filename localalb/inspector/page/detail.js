// One request, opened: what to change on top, the way it took, where the time went, and each step in a tab.

import {badge} from "./badge.js";
import {bodyView, code, headView, jsonCode, visible} from "./bodies.js";
import {fill, h, icon} from "./dom.js";
import {parsed} from "./json.js";
import {ruleWord} from "./requests.js";
import {rulesView} from "./rules.js";
import {Tabs} from "./tabs.js";
import {timingsView} from "./timings.js";
import {clockExact, duration, failureWords, plural} from "./words.js";

// `found` as /api/requests/N gives it; `actions` are the elements of its tool bar, `tab` the one to show,
// `close` and `chosen(tab)` hear of these.
export function detailView(found, {actions, tab, close, chosen}) {
  const {summary} = found;
  return h(
    "article",
    {class: "detail", "aria-labelledby": "detail-title"},
    title(summary, close),
    found.advice && advice(summary, found.advice),
    way(summary, found),
    h("div", {class: "toolbar", role: "toolbar", "aria-label": "What to do with this request"}, actions),
    timingsView(found.timings),
    new Tabs("Parts of the request", pages(found), tab, chosen).element,
  );
}

// What is left of a request whose details are gone.
export function goneView(summary, message, close) {
  return h(
    "article",
    {class: "detail", "aria-labelledby": "detail-title"},
    title(summary, close),
    summary.why && advice(summary, summary.why),
    h("p", {class: "nothing"}, message),
  );
}

function title(summary, close) {
  return h(
    "header",
    {class: "detail-head"},
    h(
      "h2",
      {id: "detail-title", tabindex: "-1"},
      badge(summary.status),
      " ",
      h("span", {class: "method"}, summary.method),
      " ",
      h("span", {class: "target"}, visible(summary.target)),
    ),
    h(
      "button",
      {type: "button", class: "plain close", "aria-label": "Close", title: "Close (Esc)", onclick: close},
      icon("close"),
    ),
  );
}

function advice(summary, sentence) {
  return h(
    "div",
    {class: "advice", role: "note", "aria-label": "What to change"},
    icon("warn"),
    h("div", {}, summary.reason && h("b", {class: "reason"}, summary.reason), h("p", {}, visible(sentence))),
  );
}

// The stations of the request, left to right.
function way(summary, found) {
  const rule = ruleWord(summary);
  const stations = [
    ["Client", summary.client],
    ["Listener", `${summary.load_balancer}:${summary.port}`],
    rule && ["Rule", rule],
    summary.target_group && ["Target group", summary.target_group],
    summary.function && ["Function", summary.function, summary.cold && "cold start"],
  ].filter(Boolean);
  return h(
    "div",
    {class: "way"},
    h(
      "ol",
      {"aria-label": "The way of the request"},
      stations.map(([kind, name, more]) =>
        h(
          "li",
          {},
          h("span", {class: "kind"}, kind),
          h("span", {class: "name"}, name, more && h("span", {class: "cold"}, more)),
        ),
      ),
    ),
    h(
      "p",
      {class: "when"},
      h("time", {datetime: summary.time, title: summary.time}, clockExact(summary.time)),
      " · ",
      duration(summary.duration_ms),
      found.received?.protocol === "h2" && " · HTTP/2",
    ),
  );
}

function pages(found) {
  return [
    {
      name: "rules",
      label: "Rules",
      content: () =>
        found.explanation
          ? rulesView(found.explanation)
          : none("The listener was gone before its rules could be read."),
    },
    {name: "request", label: "Request", content: () => requestPage(found)},
    {
      name: "event",
      label: "Event",
      content: () =>
        found.event ? jsonCode("The event that the function got", found.event) : none(notInvoked(found)),
    },
    {name: "result", label: "Result", content: () => resultPage(found)},
    {name: "response", label: "Response", content: () => responsePage(found)},
    {name: "log", label: "Log", count: found.log.length, content: () => logPage(found)},
  ];
}

function requestPage({received, understood}) {
  return [
    section(
      "As it came",
      received.protocol === "h2" && h("p", {class: "about"}, "HTTP/2: the fields of its header block"),
      headView(received.head),
      bodyView("The body as it came", received.body, received.body_length, received.truncated),
    ),
    understood &&
      section(
        "As the load balancer understood it",
        facts([
          ["Method", understood.method],
          ["Scheme", understood.scheme],
          ["Host", understood.host],
          ["Port", understood.port],
          ["Path", understood.path],
          ["Query", understood.query],
          ["Client", understood.source],
        ]),
        h("h4", {}, plural(understood.headers.length, "header")),
        fields(understood.headers, "Headers as understood"),
      ),
  ];
}

function resultPage(found) {
  const {result} = found;
  if (!result) return none(notInvoked(found));
  const value = result.payload?.text ? parsed(result.payload.text) : undefined;
  const length = result.payload ? (result.payload.text ?? result.payload.base64 ?? "").length : 0;
  return [
    (result.failure || result.problem) &&
      h(
        "div",
        {class: "problem"},
        icon("warn"),
        h(
          "div",
          {},
          result.failure && h("b", {}, failureWords(result.failure)),
          result.problem && h("p", {}, visible(result.problem)),
        ),
      ),
    value !== undefined
      ? jsonCode("What the function gave back", value)
      : bodyView("What the function gave back", result.payload, length, false),
  ];
}

function responsePage({response}) {
  if (!response) return none("The client got no response: its connection was closed.");
  return [
    h("p", {class: "about"}, badge(response.status), " ", plural(response.headers.length, "header")),
    fields(response.headers, "Headers of the response"),
    bodyView("The body of the response", response.body, response.body_length, response.truncated),
  ];
}

function logPage(found) {
  if (!found.log.length) return none(found.event ? "The function logged nothing." : notInvoked(found));
  return h(
    "div",
    {class: "log", tabindex: "0", role: "group", "aria-label": "What this invocation logged"},
    found.log.map(line =>
      h(
        "div",
        {class: logKind(line.message)},
        h("time", {}, clockExact(line.timestamp)),
        h("span", {}, visible(line.message.replace(/\n$/, ""))),
      ),
    ),
  );
}

function logKind(message) {
  if (/^(START|END|REPORT|INIT_START) /.test(message)) return "log-line platform";
  return /^(\[ERROR\]|Traceback)/.test(message) ? "log-line error" : "log-line";
}

function notInvoked({summary, explanation}) {
  const action = explanation?.action;
  if (action === "redirect") return "No function was invoked: the rule redirects.";
  if (action === "fixed-response") return "No function was invoked: the rule answers by itself.";
  if (summary.function || !summary.target_group) return "No function was invoked.";
  return "No function was invoked: the target is an address.";
}

function section(heading, ...children) {
  return h("section", {}, h("h3", {}, heading), children);
}

function facts(pairs) {
  return h(
    "dl",
    {class: "facts"},
    pairs
      .filter(([, value]) => value !== "" && value !== null && value !== undefined)
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, visible(String(value))))),
  );
}

function fields(headers, label) {
  return h(
    "table",
    {class: "fields"},
    h("caption", {class: "unseen"}, label),
    h(
      "tbody",
      {},
      headers.map(([name, value]) =>
        h("tr", {}, h("th", {scope: "row"}, visible(name)), h("td", {}, visible(value))),
      ),
    ),
  );
}

function none(sentence) {
  return fill(h("p", {class: "none"}), sentence);
}
