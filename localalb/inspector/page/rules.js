// Why a request went where it went: every rule that was tried, in order, each condition beside what it was
// compared with. `explanation` is what `localalb explain --json` prints.

import {badge} from "./badge.js";
import {visible} from "./bodies.js";
import {h, icon, verdict} from "./dom.js";
import {arnName, plural} from "./words.js";

const ABSENT = {
  "http-header": "no such header",
  "query-string": "no query",
  "host-header": "no host",
};

export function rulesView(explanation) {
  const {rules, untried} = explanation;
  if (!rules.length) return h("div", {class: "rules"}, before(explanation));
  return h(
    "div",
    {class: "rules"},
    h(
      "table",
      {class: "rule-table"},
      h("caption", {class: "unseen"}, "Rules in the order in which they were tried"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Rule", "Condition", "Wants", "Compared with", "Holds"].map(name => h("th", {scope: "col"}, name)),
        ),
      ),
      rules.map(rule => ruleRows(rule, explanation)),
    ),
    untried > 0 &&
      h(
        "p",
        {class: "untried"},
        `${plural(untried, "rule")} after it ${untried === 1 ? "was" : "were"} not tried: `,
        "the first whose conditions all hold takes the request.",
      ),
  );
}

function ruleRows(rule, explanation) {
  const rows = rule.conditions.length ? rule.conditions.map(conditionCells) : [noCondition()];
  const end = outcome(rule, explanation);
  const span = String(rows.length + (end ? 1 : 0));
  const name = {scope: "rowgroup", rowspan: span, class: "rule-name"};
  rows[0].unshift(h("th", name, h("span", {class: "priority"}, rule.priority)));
  return h(
    "tbody",
    {class: rule.taken ? "rule taken" : "rule passed"},
    rows.map((cells, index) => h("tr", {class: missed(rule.conditions[index])}, cells)),
    end && h("tr", {class: "outcome"}, h("td", {colspan: "4"}, h("div", {class: "outcome-line"}, end))),
  );
}

// What became of it, but where the verdict of a single condition says that.
function outcome({taken, conditions}, explanation) {
  if (taken) return [verdict(true, ["took the request"]), ...does(explanation)];
  if (conditions.length === 1) return null;
  const failed = conditions.filter(each => !each.matched).length;
  const words =
    failed === conditions.length
      ? `none of its ${failed} conditions holds`
      : `${failed} of its ${conditions.length} conditions ${failed === 1 ? "does" : "do"} not hold`;
  return [verdict(false, ["", "passed over"]), h("span", {class: "because"}, words)];
}

function missed(condition) {
  return condition && !condition.matched ? "missed" : null;
}

function conditionCells(each) {
  const wanted = [
    ...each.values.map(value => h("code", {}, visible(value))),
    ...each.regexes.map(regex => [h("span", {class: "word"}, "regex "), h("code", {}, visible(regex))]),
  ];
  const compared = each.compared.length
    ? joined(
        each.compared.map(text => h("code", {}, visible(text) || "\u00a0")),
        ", ",
      )
    : h("span", {class: "absent"}, ABSENT[each.field] ?? "nothing");
  return [
    h(
      "td",
      {class: "field"},
      each.field,
      each.header && h("span", {class: "header"}, ` ${visible(each.header)}`),
    ),
    h("td", {class: "wanted"}, joined(wanted, h("span", {class: "word"}, " or "))),
    h("td", {class: "compared"}, compared),
    h("td", {class: "holds"}, verdict(each.matched)),
  ];
}

function noCondition() {
  return [
    h("td", {class: "field"}, "no condition"),
    h("td", {class: "wanted"}, "every request"),
    h("td", {class: "compared"}),
    h("td", {class: "holds"}, verdict(true)),
  ];
}

// What the taken rule does: an array of elements.
function does(found) {
  const rewrites = [
    ["host", found.rewritten_host],
    ["URL", found.rewritten_target],
  ].filter(([, made]) => made);
  return [
    found.gate && gateView(found.gate),
    rewrites.map(([what, made]) => step(`rewrites the ${what} to `, h("code", {}, visible(made)))),
    actionView(found),
  ];
}

function actionView(found) {
  if (found.refusal && !found.destinations.length) return refusalView(found.refusal);
  if (found.action === "redirect")
    return step("redirects to ", h("code", {}, visible(found.location)), " ", badge(found.status));
  if (found.action === "fixed-response")
    return step(
      "answers by itself ",
      badge(found.status),
      " ",
      found.content_type,
      " ",
      found.body && h("code", {}, visible(found.body)),
    );
  return found.destinations.map(destination => {
    const where = destination.function
      ? ["function ", h("b", {}, arnName(destination.function))]
      : destination.addresses.join(" or ");
    const share = destination.sticky
      ? "by its cookie "
      : destination.share < 1
        ? `${Math.round(destination.share * 100)} % `
        : "";
    return step(
      share,
      "to target group ",
      h("b", {}, destination.target_group),
      destination.refusal ? [": ", refusalView(destination.refusal)] : where.length ? [", ", where] : null,
    );
  });
}

function gateView(gate) {
  const who = gate.action === "authenticate" ? "is not logged in" : "shows no valid token";
  const gets = gate.status
    ? [" gets ", badge(gate.status), gate.why && ` ${gate.why}`]
    : " goes on without claims";
  return step(`first ${gate.action} at `, h("b", {}, gate.issuer || "?"), `: a client that ${who}`, gets);
}

function refusalView(refusal) {
  return h(
    "span",
    {class: "refusal"},
    badge(refusal.status),
    " ",
    [refusal.reason, refusal.why].filter(Boolean).join(": "),
  );
}

function step(...children) {
  return h("span", {class: "step"}, icon("arrow"), h("span", {}, children));
}

// A request that ended before any rule was tried.
function before(found) {
  if (found.gate?.back)
    return h(
      "p",
      {},
      "No rule is tried at this path: here a client comes back from logging in, ",
      "and is sent to where it began.",
    );
  return h(
    "p",
    {},
    "No rule was tried: the load balancer refused the request first. ",
    found.refusal && refusalView(found.refusal),
  );
}

function joined(parts, between) {
  return parts.flatMap((part, index) =>
    index ? [between instanceof Node ? between.cloneNode(true) : between, part] : [part],
  );
}
