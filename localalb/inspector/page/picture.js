// The topology as a drawing: load balancers, listeners, rules, target groups, functions, and how they are.

import {h, svg} from "./dom.js";
import {layout, NODE} from "./topology.js";

const HEADS = ["Load balancer", "Listener", "Rule", "Target group", "Target"];
const TOP = 30; // the room of the heads
const ROOM = {title: 19, line: 28}; // characters of a node's width

// `pick(filter)` shows the requests of a rule or a function.
export function pictureView(topology, pick) {
  const {nodes, edges, width, height} = layout(topology);
  const drawing = svg(
    "svg",
    {
      class: "picture",
      width,
      height: height + TOP,
      viewBox: `0 0 ${width} ${height + TOP}`,
      role: "group",
      "aria-label": "Topology",
    },
    HEADS.map((name, index) =>
      svg("text", {class: "column", x: 1 + index * (NODE.width + NODE.between), y: 14}, name),
    ),
    svg(
      "g",
      {transform: `translate(0 ${TOP})`},
      edges.map(edgeView),
      edges.filter(edge => edge.health).map(healthView),
      nodes.map(node => nodeView(node, pick, edges)),
    ),
  );
  return h(
    "div",
    {class: "picture-box", tabindex: "0", role: "region", "aria-label": "Picture of the topology"},
    drawing,
  );
}

function edgeView({from, to, share, health}) {
  const x1 = from.x + from.width,
    y1 = from.y + from.height / 2,
    y2 = to.y + to.height / 2,
    x2 = to.x;
  const bend = (x2 - x1) / 2;
  const idle = from.count === 0;
  return svg("path", {
    class: ["edge", idle && "idle", health === "unhealthy" && health, share < 1 && "shared"]
      .filter(Boolean)
      .join(" "),
    d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
  });
}

// On the line to a target: a sign. The word stands in the target group.
function healthView({from, to, health, reason}) {
  const x = (from.x + from.width + to.x) / 2,
    y = (from.y + from.height / 2 + to.y + to.height / 2) / 2;
  const sign = {healthy: "M-4 0l3 3 5-6", unhealthy: "M-3-3l6 6M3-3l-6 6"}[health] ?? "M-4 0h8";
  return svg(
    "g",
    {
      class: `health ${health}`,
      transform: `translate(${x} ${y})`,
      role: "img",
      "aria-label": `${to.title} is ${health}${reason ? `: ${reason}` : ""}`,
    },
    svg("title", {}, [health, reason].filter(Boolean).join(": ")),
    svg("circle", {r: 9}),
    svg("path", {d: sign}),
  );
}

// What is seen is its name, and what it is and how it is the description: both are heard.
function nodeView(node, pick, edges) {
  const seen = texts(node);
  const health = edges.filter(edge => edge.to === node && edge.health).map(edge => edge.health);
  const press = node.filter && (() => pick(node.filter));
  return svg(
    "g",
    {
      class: `node ${node.kind}${node.count === 0 ? " idle" : ""}`,
      transform: `translate(${node.x} ${node.y})`,
      "data-id": node.id,
      "aria-label": seen.map(text => text.textContent).join(" "),
      "aria-description": [node.about, ...health, press && "press to see its requests"]
        .filter(Boolean)
        .join("; "),
      ...(press ? pressed(press) : {role: "img"}),
    },
    svg("title", {}, node.about),
    svg("rect", {width: node.width, height: node.height, rx: 7}),
    seen.flatMap(text => [text, " "]),
  );
}

function texts({title, lines, count, errors, width}) {
  const first = NODE.pad + 12;
  const text = (kind, x, line, words) => svg("text", {class: kind, x, y: first + NODE.line * line}, words);
  return [
    text("title", 11, 0, cut(title, ROOM.title)),
    ...lines.map((line, index) => text("line", 11, index + 1, cut(line, ROOM.line))),
    ...(count === null ? [] : [text("count", width - 11, 0, count.toLocaleString("en"))]),
    ...(errors > 0 ? [text("errors", width - 11, 1, `${errors} failed`)] : []),
  ];
}

// A group of a drawing is no button, so it takes keys and clicks by itself.
function pressed(press) {
  const onkeydown = event => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    press();
  };
  return {role: "button", tabindex: "0", onclick: press, onkeydown};
}

function cut(text, room) {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
