// Where each part of the topology is drawn: columns from load balancers to functions. No element here.

import {arnName, plural} from "./words.js";

export const NODE = {width: 200, gap: 14, between: 56, line: 17, pad: 9};
const COLUMNS = ["balancer", "listener", "rule", "group", "target"];

// {nodes: [{id, kind, x, y, width, height, title, lines, count, state, about}], edges: [{from, to, share}],
// width, height} of what /api/topology gives.
export function layout(topology) {
  const nodes = [],
    edges = [];
  const add = (kind, id, more) => {
    if (nodes.some(node => node.id === id)) return;
    const lines = more.lines.filter(Boolean);
    nodes.push({
      kind,
      id,
      ...more,
      lines,
      width: NODE.width,
      height: 2 * NODE.pad + NODE.line * (1 + lines.length),
    });
  };
  for (const balancer of topology.load_balancers) addBalancer(balancer, add, edges);
  for (const group of topology.target_groups) addGroup(group, add, edges, topology.functions);
  for (const each of topology.functions) addFunction(each, each.arn, add);
  return placed(
    nodes,
    edges.filter(edge => [edge.from, edge.to].every(id => nodes.some(node => node.id === id))),
  );
}

function addBalancer(balancer, add, edges) {
  add("balancer", balancer.arn, {
    title: balancer.name,
    lines: [balancer.region],
    count: balancer.requests,
    about: `load balancer ${balancer.name}, ${balancer.dns_name}`,
  });
  for (const listener of balancer.listeners) {
    const sum = listener.rules.reduce((all, rule) => all + rule.requests, 0);
    add("listener", listener.arn, {
      title: `${listener.protocol} ${listener.port}`,
      lines: [listener.url.replace(/\/$/, "")],
      count: sum,
      about: `listener ${listener.protocol} on port ${listener.port}, here ${listener.url}`,
    });
    edges.push({from: balancer.arn, to: listener.arn, share: 1});
    for (const rule of listener.rules) {
      const id = `${listener.arn} ${rule.priority}`;
      add("rule", id, {
        title: rule.priority === "default" ? "default" : `${rule.priority}`,
        lines: [...rule.conditions, ...actionLines(rule)],
        count: rule.requests,
        filter: {rule: `${balancer.name}:${listener.port} ${rule.priority}`},
        about: `rule ${rule.priority}: ${[...rule.conditions, rule.action].join("; ")}`,
      });
      edges.push({from: listener.arn, to: id, share: 1});
      for (const group of rule.target_groups)
        edges.push({from: id, to: group, share: 1 / rule.target_groups.length});
    }
  }
}

// What the lines to target groups do not say already.
function actionLines({action, target_groups: groups}) {
  if (groups.length === 1 && action.startsWith("forward to ")) return [];
  return action.replace("#{protocol}://#{host}:#{port}", "").replace("?#{query}", "").split(", ");
}

function addGroup(group, add, edges, functions) {
  add("group", group.arn, {
    title: group.name,
    lines: [group.type, healthWords(group.targets)],
    count: group.requests,
    about: `target group ${group.name} of type ${group.type}`,
  });
  for (const target of group.targets) {
    const found = functions.find(
      each => each.arn === target.function || each.arn === target.function.replace(/:[^:]*$/, ""),
    );
    const id = found?.arn ?? target.function ?? target.id;
    if (found) addFunction(found, found.arn, add);
    else
      add("target", id || target.id, {
        title: arnName(target.id),
        lines: [target.reason],
        count: null,
        about: `target ${target.id}`,
      });
    edges.push({
      from: group.arn,
      to: id || target.id,
      share: 1,
      health: target.health,
      reason: target.reason,
    });
  }
}

function healthWords(targets) {
  const states = [...new Set(targets.map(target => target.health))];
  return (
    states.map(state => `${targets.filter(target => target.health === state).length} ${state}`).join(", ") ||
    "no target"
  );
}

function addFunction(each, id, add) {
  const {idle, busy} = each.environments;
  add("target", id, {
    title: each.name,
    count: each.invocations,
    errors: each.errors,
    filter: {function: each.name},
    lines: [each.runtime, idle + busy ? `${busy} busy, ${idle} idle` : "no environment"],
    about: `function ${each.name}, ${each.runtime}, ${plural(each.errors, "error")}`,
  });
}

// Each column is in the order of what leads to it, each part at the middle of that where there is room.
function placed(nodes, edges) {
  const column = node => COLUMNS.indexOf(node.kind);
  const by = new Map(nodes.map(node => [node.id, node]));
  for (const node of nodes) node.x = 1 + column(node) * (NODE.width + NODE.between);
  stack(nodes.filter(node => node.kind === "rule"));
  const middle = (node, side) => {
    const others = edges
      .filter(edge => edge[side === "from" ? "to" : "from"] === node.id)
      .map(edge => by.get(edge[side]));
    const known = others.filter(other => other.y !== undefined).map(other => other.y + other.height / 2);
    return known.length ? known.reduce((sum, y) => sum + y, 0) / known.length : Infinity;
  };
  for (const [kind, side] of [
    ["group", "from"],
    ["target", "from"],
    ["listener", "to"],
    ["balancer", "to"],
  ])
    settle(
      nodes.filter(node => node.kind === kind),
      node => middle(node, side),
    );
  const bottom = Math.max(0, ...nodes.map(node => node.y + node.height));
  return {
    nodes,
    edges: edges.map(edge => ({...edge, from: by.get(edge.from), to: by.get(edge.to)})),
    width: 2 + COLUMNS.length * NODE.width + (COLUMNS.length - 1) * NODE.between,
    height: bottom + 2,
  };
}

function stack(nodes) {
  let y = 1;
  for (const node of nodes) {
    node.y = y;
    y += node.height + NODE.gap;
  }
}

// Each node as near to its wanted middle as its neighbours let it: halfway between pushing all down and up.
function settle(nodes, middle) {
  const wanted = nodes.map(node => ({node, at: middle(node)})).sort((one, other) => one.at - other.at);
  let y = 1;
  for (const each of wanted) {
    each.top = each.at === Infinity ? y : Math.max(y, each.at - each.node.height / 2);
    y = each.top + each.node.height + NODE.gap;
  }
  let limit = Infinity;
  for (const each of wanted.toReversed()) {
    const up =
      each.at === Infinity
        ? each.top
        : Math.min(each.at, limit - each.node.height / 2) - each.node.height / 2;
    each.node.y = (each.top + up) / 2;
    limit = up - NODE.gap;
  }
  y = 1;
  for (const {node} of wanted) {
    node.y = Math.round(Math.max(y, node.y));
    y = node.y + node.height + NODE.gap;
  }
}
