// Ties the page's parts together. A place in it stands behind the address's #: /requests/7/log, /topology,
// /compose, /invoke.

import {actionButtons} from "./actions.js";
import * as api from "./api.js";
import {commandLine} from "./command_line.js";
import {composerView} from "./composer.js";
import {detailView, goneView} from "./detail.js";
import {fill, h, icon} from "./dom.js";
import {Filters} from "./filters.js";
import {invokerView} from "./invoker.js";
import {Keys} from "./keys.js";
import {List, nothing} from "./list.js";
import {follow} from "./live.js";
import {pictureView} from "./picture.js";
import {Requests} from "./requests.js";
import {Say} from "./say.js";
import {themeSwitch} from "./theme.js";
import {plural} from "./words.js";

const EMPTY = {load_balancers: [], target_groups: [], functions: []};
const COUNTS = 1000; // milliseconds between two readings of the topology's counts

const say = new Say();
const requests = new Requests();
const list = new List(requests, record => go({request: record.id}));
const filters = new Filters(filter => {
  requests.select(filter);
  list.filtered();
  showCount();
});

let topology = EMPTY;
let tab = "rules"; // the one that was looked at last
let wanted = null; // what the composer or the invoker begins with
let shown = 0; // numbers what the pane is asked to show: a slow answer does not replace a later one
let following = new AbortController();

const state = h("span", {class: "state", role: "status"});
const count = h("p", {class: "count-line"});
const empty = h("div", {class: "empty"});
const pane = h("section", {class: "pane", "aria-label": "Details"});
const picture = h("section", {class: "topology", "aria-label": "Topology"});
const places = [["", "Requests"], ["topology", "Topology"], ["compose", "Compose"], ["invoke", "Invoke"]].map(([name, label]) =>
  h("a", {href: `#/${name}`, "data-place": name}, label));
const main = h("main", {},
  h("section", {class: "requests", "aria-label": "Requests"}, filters.element, h("div", {class: "list-box"}, list.element, empty), count),
  pane, picture);

const keys = new Keys([
  ["j", "j ↓", "Next request", () => list.move(1)],
  ["k", "k ↑", "Request before", () => list.move(-1)],
  ["ArrowDown", "", "", event => event.target === document.body && (list.element.focus(), list.move(1))],
  ["ArrowUp", "", "", event => event.target === document.body && (list.element.focus(), list.move(-1))],
  [null, "Enter", "Open the request"],
  ["Escape", "Esc", "Close it, or empty the filter", () => close()],
  ["/", "/", "Filter by text", () => (location.hash.startsWith("#/topology") && go({}), filters.text.focus())],
  ["n", "n", "Compose a request", () => go({compose: null})],
  ["t", "t", "Topology", () => (location.hash = "#/topology")],
  ["r", "r", "Replay what is open", () => press("Replay")],
  ["e", "e", "Edit and replay it", () => press("Edit and replay")],
  ["c", "c", "Copy it as curl", () => press("Copy as curl")],
  ["?", "?", "These keys", () => keys.show()],
]);

// Goes to a request, the composer, the invoker, or back to the list.
function go(place) {
  const before = location.hash;
  if ("request" in place) location.hash = `#/requests/${place.request}/${tab}`;
  else if ("compose" in place || "invoke" in place) {
    wanted = place.compose ?? place.invoke ?? null;
    location.hash = "compose" in place ? "#/compose" : "#/invoke";
  } else location.hash = "#/";
  if (location.hash === before) route();
}

function close() {
  const inText = document.activeElement === filters.text;
  if (inText && filters.text.value) return filters.set({...filters.filter, text: ""});
  if (location.hash.length > 2) go({});
  list.element.focus();
}

function press(label) {
  const button = [...pane.querySelectorAll(".toolbar button")].find(each => each.textContent === label);
  if (button && !button.disabled) button.click();
}

function route() {
  if (api.takeKey()) return begin();
  const [, place = "", id, part] = location.hash.slice(1).split("/");
  const number = ++shown;
  const current = place === "requests" ? "" : place;
  for (const link of places) {
    if (link.dataset.place === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  main.dataset.place = place || "list";
  list.show(place === "requests" ? Number(id) : null);
  if (place === "requests") return showRequest(Number(id), part ?? tab, number);
  if (place === "compose") return showForm(composerView, number);
  if (place === "invoke") return showForm(invokerView, number);
  if (place === "topology") return showTopology();
  return fill(pane, welcome());
}

async function showRequest(id, part, number) {
  tab = part;
  const focused = document.activeElement !== list.element && main.contains(document.activeElement) && !pane.contains(document.activeElement);
  let view;
  try {
    const found = await api.request(id);
    view = detailView(found, {actions: actionButtons(found, say, go), tab, close,
      chosen: name => (tab = name, history.replaceState(null, "", `#/requests/${id}/${name}`))});
  } catch (error) {
    const summary = requests.all.find(record => record.id === id);
    view = summary ? goneView(summary, error.message, close) : nothing(error.message);
  }
  if (number !== shown) return;
  const inside = pane.contains(document.activeElement);
  fill(pane, view);
  pane.scrollTop = 0;
  if (inside || focused) focusTitle();
}

async function showForm(view, number) {
  if (topology === EMPTY) await readTopology();
  if (number !== shown) return;
  fill(pane, view(topology, wanted, {say, go, close}));
  wanted = null;
  pane.scrollTop = 0;
  focusTitle();
}

function focusTitle() {
  pane.querySelector("h2")?.focus();
}

function showTopology() {
  const focused = picture.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label")?.split(",")[0] : null;
  const scrolled = picture.firstElementChild?.scrollLeft ?? 0;
  const there = topology.load_balancers.length + topology.target_groups.length + topology.functions.length;
  fill(picture, there ? pictureView(topology, pick) : nothing("Nothing is there yet.", "Apply a stack, and it is drawn here:", commandLine("localalb up", say)));
  if (picture.firstElementChild) picture.firstElementChild.scrollLeft = scrolled;
  if (focused) [...picture.querySelectorAll("[tabindex]")].find(each => each.getAttribute("aria-label")?.startsWith(focused))?.focus();
}

function pick(filter) {
  filters.set(filter);
  go({});
  list.element.focus();
}

function welcome() {
  return h("div", {class: "welcome"}, requests.all.length
    ? [h("p", {class: "lead"}, "Open a request to see which rule took it, and why."),
      h("p", {}, "With the keys: ", h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " and ", h("kbd", {}, "Enter"), "; ", h("kbd", {}, "?"), " shows all of them.")]
    : [h("p", {class: "lead"}, "What a load balancer never shows, request by request."), curlLines().length ? h("p", {}, "Send one:") : null],
  curlLines().slice(0, 4));
}

// A line for each listener that is served.
function curlLines() {
  const urls = topology.load_balancers.flatMap(balancer => balancer.listeners.map(listener => listener.url)).filter(Boolean);
  return urls.map(url => commandLine(`curl ${url.startsWith("https") ? "-k " : ""}${url}`, say));
}

// The line under the list, and what stands in it where it is empty.
function showCount() {
  const all = requests.all.length, some = requests.shown.length;
  count.textContent = filters.isEverything ? plural(all, "request") : `${some.toLocaleString("en")} of ${plural(all, "request")}`;
  if (some) return empty.replaceChildren();
  if (all) {
    return fill(empty, nothing("No request passes the filter.",
      h("button", {type: "button", onclick: () => filters.set({})}, "Show every request")));
  }
  const [line] = curlLines();
  return fill(empty, line ? nothing("No request yet. Send one:", line)
    : nothing("No request yet, and no load balancer.", "Apply a stack:", commandLine("localalb up", say)));
}

let reading = 0;
function laterTopology() {
  reading ||= setTimeout(() => ((reading = 0), readTopology()), topology === EMPTY ? 0 : COUNTS);
}

async function readTopology() {
  try {
    topology = await api.topology();
  } catch {
    return; // the stream says what is wrong
  }
  if (location.hash === "#/topology") showTopology();
  if (!requests.all.length) {
    showCount();
    if (main.dataset.place === "list") fill(pane, welcome());
  }
}

const hears = {
  state: now => {
    state.className = `state ${now}`;
    state.textContent = {live: "Live", lost: "The cloud does not answer; trying again", locked: "Locked"}[now];
    if (now === "locked") locked();
  },
  restart: () => {
    requests.clear();
    list.filtered();
    showCount();
  },
  requests: records => {
    const first = requests.all.length === 0;
    const added = requests.add(records);
    filters.offer(requests.rules, requests.functions);
    list.grown(added);
    showCount();
    if (!first) say.arrived(records);
    if (first && records.length && main.dataset.place === "list") fill(pane, welcome());
    if (location.hash === "#/topology") laterTopology();
  },
  topology: laterTopology,
};

function locked() {
  shown++;
  main.dataset.place = "locked";
  fill(pane, nothing("This page needs the key of the cloud that runs now.",
    "Ask for its address, and open that:", commandLine("localalb ui", say)));
}

// With a key that may be new: from nothing.
function begin() {
  following.abort();
  following = new AbortController();
  topology = EMPTY;
  hears.restart();
  route();
  follow(hears, following.signal);
}

document.body.append(
  h("header", {class: "top"},
    h("a", {class: "skip", href: "#list", onclick: event => (event.preventDefault(), list.element.focus())}, "To the requests"),
    h("h1", {}, "localalb", h("span", {class: "unseen"}, " inspector")),
    h("nav", {"aria-label": "Places"}, places), state,
    h("button", {type: "button", class: "plain", id: "keys", "aria-label": "Keys", title: "Keys (?)", onclick: () => keys.show()}, icon("keys")),
    themeSwitch()),
  main, say.line, say.arrivals, keys.dialog);
addEventListener("hashchange", route);
api.takeKey();
begin();
