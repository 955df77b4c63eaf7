// What stands where there is nothing to show yet: it says what to do next.

import {commandLine} from "./command_line.js";
import {h} from "./dom.js";

// `lines` are sentences or elements.
export function nothing(...lines) {
  const shown = lines.map(line => (line instanceof Node ? line : h("p", {}, line)));
  return h("div", {class: "nothing"}, shown);
}

// In the list; `all` is how many requests there are that the filter holds back, `showAll` lets them pass.
export function emptyList(topology, all, showAll, say) {
  if (all) {
    const button = h("button", {type: "button", onclick: showAll}, "Show every request");
    return nothing("No request passes the filter.", button);
  }
  const [line] = curlLines(topology, say);
  if (line) return nothing("No request yet. Send one:", line);
  return nothing("No request yet, and no load balancer.", "Apply a stack:", commandLine("localalb up", say));
}

// Beside the list, where no request is open; `any` says whether there are some.
export function welcome(topology, any, say) {
  const lines = curlLines(topology, say);
  if (!any) {
    const lead = h("p", {class: "lead"}, "What a load balancer never shows, request by request.");
    return h("div", {class: "welcome"}, lead, lines.length > 0 && h("p", {}, "Send one:"), lines.slice(0, 4));
  }
  const key = name => h("kbd", {}, name);
  return h(
    "div",
    {class: "welcome"},
    h("p", {class: "lead"}, "Open a request to see which rule took it, and why."),
    h("p", {}, "With the keys: ", key("j"), " ", key("k"), " ", key("Enter"), "; ", key("?"), " shows all."),
    lines.slice(0, 4),
  );
}

export function emptyTopology(say) {
  const line = commandLine("localalb up", say);
  return nothing("Nothing is there yet.", "Apply a stack, and it is drawn here:", line);
}

export function locked(say) {
  return nothing(
    "This page needs the key of the cloud that runs now.",
    "Ask for its address, and open that:",
    commandLine("localalb ui", say),
  );
}

// A line for each listener that is served.
function curlLines(topology, say) {
  const listeners = topology.load_balancers.flatMap(balancer => balancer.listeners);
  const urls = listeners.map(listener => listener.url).filter(Boolean);
  return urls.map(url => commandLine(`curl ${url.startsWith("https") ? "-k " : ""}${url}`, say));
}
