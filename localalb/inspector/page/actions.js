// What can be done with a request that is opened: a button each.

import * as api from "./api.js";
import {h} from "./dom.js";
import {pretty} from "./json.js";
import {copy, download, showText} from "./saving.js";
import {sendable} from "./sendable.js";

// `go` takes {compose}, {invoke} or {request}: where the page goes next.
export function actionButtons(found, say, go) {
  const wanted = sendable(found);
  const why = wanted ? null : "It was no request, so there is nothing to send again";
  return [
    button("Replay", () => replay(wanted, say, go), why, "primary"),
    button("Edit and replay", () => go({compose: wanted}), why),
    button("Copy as curl", () => copy(found.curl, "as curl", say), found.curl ? null : why),
    button(
      "Copy event",
      () => copy(pretty(found.event), "the event", say),
      found.event ? null : "No function got an event",
    ),
    button(
      "Invoke with event",
      () => go({invoke: {function: invoked(found), event: found.event}}),
      found.event ? null : "No function got an event",
    ),
    button("Save as test", () => saveTest(found, say), found.test ? null : why),
  ];
}

async function replay(wanted, say, go) {
  try {
    const sent = await api.send(wanted);
    if (sent.error) return say.say(sent.error, "bad");
    say.say(`Sent again: ${sent.status}`);
    if (sent.id !== null) go({request: sent.id});
  } catch (error) {
    say.say(error.message, "bad");
  }
}

// The ARN of the function that got the event.
function invoked({summary, explanation}) {
  const functions = explanation.destinations.filter(each => each.function);
  return (functions.find(each => each.target_group === summary.target_group) ?? functions[0])?.function;
}

function saveTest(found, say) {
  const name = `test_request_${found.summary.id}.py`;
  showText(
    name,
    found.test,
    h("button", {type: "button", class: "primary", onclick: () => copy(found.test, "the test", say)}, "Copy"),
    h("button", {type: "button", onclick: () => download(name, found.test)}, "Download"),
  );
}

function button(label, action, unless, kind = "") {
  return h(
    "button",
    {type: "button", class: kind, disabled: unless !== null, title: unless, onclick: action},
    label,
  );
}
