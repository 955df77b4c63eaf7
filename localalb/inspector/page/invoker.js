// A function, invoked with an event written by hand or taken from a request.

import * as api from "./api.js";
import {bodyView, jsonCode, visible} from "./bodies.js";
import {area, field} from "./composer.js";
import {fill, h, icon} from "./dom.js";
import {parsed, pretty} from "./json.js";
import {arnName, clockExact, duration, failureWords} from "./words.js";

// `wanted`: {function, event}, or null.
export function invokerView(topology, wanted, {close}) {
  const functions = topology.functions;
  const choice = h(
    "select",
    {id: "invoke-function"},
    functions.map(each => h("option", {value: each.arn}, each.name)),
  );
  if (wanted) {
    if (!functions.some(each => each.arn === wanted.function))
      choice.append(h("option", {value: wanted.function}, arnName(wanted.function)));
    choice.value = wanted.function;
  }
  const event = area("invoke-event", wanted ? pretty(wanted.event) : "{}", 16, () => check());
  const problem = h("p", {class: "field-problem", role: "alert"});
  const answer = h("section", {class: "answer", "aria-label": "What it gave back", "aria-live": "polite"});
  const button = h("button", {type: "submit", class: "primary"}, "Invoke");

  const check = () => {
    const wrong = parsed(event.value) === undefined;
    event.setAttribute("aria-invalid", String(wrong));
    problem.textContent = wrong ? "The event is no JSON yet." : "";
    return !wrong;
  };
  const invoke = async submitted => {
    submitted.preventDefault();
    if (!check()) return event.focus();
    button.disabled = true;
    fill(answer, h("p", {class: "about"}, "Running …"));
    try {
      fill(answer, answerView(await api.invoke({function: choice.value, event: event.value})));
    } catch (error) {
      fill(answer);
      problem.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  };

  return h(
    "article",
    {class: "invoker", "aria-labelledby": "invoke-title"},
    h(
      "header",
      {class: "detail-head"},
      h("h2", {id: "invoke-title", tabindex: "-1"}, "Invoke a function"),
      h(
        "button",
        {type: "button", class: "plain close", "aria-label": "Close", title: "Close (Esc)", onclick: close},
        icon("close"),
      ),
    ),
    functions.length || wanted
      ? h(
          "form",
          {class: "form", onsubmit: invoke},
          field("invoke-function", "Function", choice),
          field("invoke-event", "Event, as JSON", event),
          problem,
          h("div", {class: "buttons"}, button, wanted ? null : sampleButton(topology, event, problem)),
        )
      : h("p", {class: "none"}, "There is no function."),
    answer,
  );
}

// What the first listener would send for GET /.
function sampleButton(topology, event, problem) {
  const balancer = topology.load_balancers.find(each => each.listeners.length);
  if (!balancer) return null;
  return h(
    "button",
    {
      type: "button",
      onclick: async () => {
        try {
          const headers = [
            ["Host", balancer.dns_name],
            ["User-Agent", "localalb"],
          ];
          const found = await api.explain({
            listener: balancer.listeners[0].arn,
            method: "GET",
            target: "/",
            headers,
            body: {text: "", base64: null},
          });
          event.value = pretty(found.event ?? {});
          problem.textContent = found.event ? "" : "GET / reaches no function, so there is no event of it.";
        } catch (error) {
          problem.textContent = error.message;
        }
      },
    },
    "Event of GET /",
  );
}

function answerView({result, failure, problem, log, duration_ms, cold}) {
  const value = result?.text ? parsed(result.text) : undefined;
  return [
    h(
      "h3",
      {},
      failure ? "It failed" : "It gave back",
      h("span", {class: "about"}, ` ${duration(duration_ms)}`),
      cold && h("span", {class: "cold"}, "cold start"),
    ),
    (failure || problem) &&
      h(
        "div",
        {class: "problem"},
        icon("warn"),
        h("div", {}, failure && h("b", {}, failureWords(failure)), problem && h("p", {}, visible(problem))),
      ),
    value !== undefined
      ? jsonCode("The result", value)
      : bodyView("The result", result, (result?.text ?? result?.base64 ?? "").length, false),
    log.length > 0 &&
      h(
        "div",
        {class: "log", tabindex: "0", role: "group", "aria-label": "Its log"},
        log.map(line =>
          h(
            "div",
            {class: "log-line"},
            h("time", {}, clockExact(line.timestamp)),
            h("span", {}, visible(line.message.replace(/\n$/, ""))),
          ),
        ),
      ),
  ];
}
