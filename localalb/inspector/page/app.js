// Ties the page's parts together. A place in it stands behind the address's #: /requests/7/log, /topology,
// /compose, /invoke.

import {actionButtons} from "./actions.js";
import * as api from "./api.js";
import {composerView} from "./composer.js";
import {detailView, goneView} from "./detail.js";
import {fill} from "./dom.js";
import {emptyList, emptyTopology, locked, nothing, welcome} from "./empty.js";
import {Filters} from "./filters.js";
import {invokerView} from "./invoker.js";
import {Keys} from "./keys.js";
import {List} from "./list.js";
import {follow} from "./live.js";
import {pictureView} from "./picture.js";
import {Requests} from "./requests.js";
import {Say} from "./say.js";
import {Shell} from "./shell.js";
import {plural} from "./words.js";

const EMPTY = {load_balancers: [], target_groups: [], functions: []};
const COUNTS = 1000; // milliseconds between two readings of the topology's counts

let topology = EMPTY;
let tab = "rules"; // the one that was looked at last
let wanted = null; // what the composer or the invoker begins with
let shown = 0; // numbers what the pane is asked to show: a slow answer does not replace a later one
let reading = 0; // the timer of the topology's next reading
let following = new AbortController();

const say = new Say();
const requests = new Requests();
const list = new List(requests, record => go({request: record.id}));
const filters = new Filters(filter => {
  requests.select(filter);
  list.filtered();
  showCount();
});
const shell = new Shell(filters, list, say, () => keys.show());
const keys = new Keys([
  ["j", "j ↓", "Next request", () => list.move(1)],
  ["k", "k ↑", "Request before", () => list.move(-1)],
  ["ArrowDown", "", "", event => enterList(event, 1)],
  ["ArrowUp", "", "", event => enterList(event, -1)],
  [null, "Enter", "Open the request"],
  ["Escape", "Esc", "Close it, or empty the filter", () => close()],
  ["/", "/", "Filter by text", () => filterByText()],
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
  const at = document.activeElement;
  if (at === filters.text && at.value) return filters.set({...filters.filter, text: ""});
  // Out of a field first: what is written there is not lost by one key.
  if (at.closest(".form")) return shell.pane.querySelector("h2").focus();
  if (location.hash.length > 2) go({});
  list.element.focus();
}

function enterList(event, by) {
  if (event.target !== document.body) return;
  list.element.focus();
  list.move(by);
}

function filterByText() {
  if (!filters.text.checkVisibility()) go({});
  setTimeout(() => filters.text.focus()); // when the list is there again
}

function press(label) {
  const buttons = [...shell.pane.querySelectorAll(".toolbar button")];
  const button = buttons.find(each => each.textContent === label);
  if (button && !button.disabled) button.click();
}

function route() {
  if (api.takeKey()) return begin();
  const [, place = "", id, part] = location.hash.slice(1).split("/");
  const number = ++shown;
  shell.place = place || "list";
  list.show(place === "requests" ? Number(id) : null);
  if (place === "requests") return showRequest(Number(id), part ?? tab, number);
  if (place === "compose") return showForm(composerView, number);
  if (place === "invoke") return showForm(invokerView, number);
  if (place === "topology") return (showTopology(), readTopology()); // its counts may be old
  return showWelcome();
}

async function showRequest(id, part, number) {
  tab = part;
  const moving = document.activeElement === list.element && shell.pane.querySelector(".detail");
  const chosen = name => {
    tab = name;
    history.replaceState(null, "", `#/requests/${id}/${name}`);
  };
  let view;
  try {
    const found = await api.request(id);
    view = detailView(found, {actions: actionButtons(found, say, go), tab, close, chosen});
  } catch (error) {
    if (!(error instanceof api.Refused)) throw error;
    const summary = requests.all.find(record => record.id === id);
    view = summary ? goneView(summary, error.message, close) : nothing(error.message);
  }
  if (number === shown) shell.open(view, !moving);
}

async function showForm(view, number) {
  if (topology === EMPTY) await readTopology();
  if (number !== shown) return;
  shell.open(view(topology, wanted, {say, go, close}), true);
  wanted = null;
}

function showWelcome() {
  shell.open(welcome(topology, requests.all.length > 0, say), false);
}

// Who is at a part of the picture, or has scrolled it, finds it so after it is drawn anew.
function showTopology() {
  const {picture} = shell;
  const focused = picture.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
  const {scrollLeft = 0, scrollTop = 0} = picture.firstElementChild ?? {};
  const there = topology.load_balancers.length + topology.target_groups.length + topology.functions.length;
  fill(picture, there ? pictureView(topology, pick) : emptyTopology(say));
  Object.assign(picture.firstElementChild, {scrollLeft, scrollTop});
  if (focused) picture.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function pick(filter) {
  filters.set(filter);
  go({});
  list.element.focus();
}

// The line under the list, and what stands in it where it is empty.
function showCount() {
  const all = requests.all.length;
  const some = requests.shown.length;
  const part = filters.isEverything ? "" : `${some.toLocaleString("en")} of `;
  shell.count.textContent = part + plural(all, "request");
  fill(shell.empty, some ? null : emptyList(topology, all, () => filters.set({}), say));
}

function laterTopology() {
  reading ||= setTimeout(() => ((reading = 0), readTopology()), topology === EMPTY ? 0 : COUNTS);
}

async function readTopology() {
  try {
    topology = await api.topology();
  } catch (error) {
    if (error instanceof api.Refused || error instanceof TypeError) return; // the stream says what is wrong
    throw error;
  }
  if (shell.place === "topology") showTopology();
  if (requests.all.length) return;
  showCount();
  if (shell.place === "list") showWelcome();
}

const hears = {
  state: now => {
    shell.state(now);
    if (now !== "locked") return;
    shown++;
    shell.place = "locked";
    shell.open(locked(say), false);
  },
  restart: () => {
    requests.clear();
    list.filtered();
    showCount();
  },
  requests: records => {
    const first = requests.all.length === 0;
    list.grown(requests.add(records));
    filters.offer(requests.rules, requests.functions);
    showCount();
    if (!first) say.arrived(records);
    if (first && records.length && shell.place === "list") showWelcome();
    if (shell.place === "topology") laterTopology();
  },
  topology: laterTopology,
};

// With a key that may be new: from nothing.
function begin() {
  following.abort();
  following = new AbortController();
  topology = EMPTY;
  hears.restart();
  route();
  follow(hears, following.signal);
}

addEventListener("hashchange", route);
api.takeKey();
begin();
