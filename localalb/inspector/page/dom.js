// Elements and text. Whatever comes from a request is a text node or an attribute here, never markup.

const SVG = "http://www.w3.org/2000/svg";

// An element with attributes, listeners (`onclick: f`) and children: nodes, text, or arrays of these.
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);
}

const PATHS = {
  yes: "M3 8.5l3.2 3.2L13 4.8",
  no: "M4 4l8 8M12 4l-8 8",
  warn: "M8 2.2L14.5 13.5h-13zM8 6.5v3.2M8 11.6v.1",
  arrow: "M3 8h10M9 4l4 4-4 4",
  close: "M4 4l8 8M12 4l-8 8",
  back: "M13 8H3M7 4L3 8l4 4",
  sun:
    "M8 5a3 3 0 100 6 3 3 0 000-6zM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4" +
    "M3.2 3.2l1 1M11.8 11.8l1 1M3.2 12.8l1-1M11.8 4.2l1-1",
  moon: "M13 9.6A5.5 5.5 0 016.4 3 5.5 5.5 0 1013 9.6z",
  half: "M8 2.5a5.5 5.5 0 100 11zM8 2.5a5.5 5.5 0 010 11",
  keys: "M1.8 4.5h12.4v7H1.8zM4 7h.1M6.6 7h.1M9.3 7h.1M12 7h.1M5 9.3h6",
  plus: "M8 3v10M3 8h10",
};

// A drawn sign. It says nothing to a screen reader: the text beside it does.
export function icon(name) {
  return svg(
    "svg",
    {class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false"},
    svg("path", {d: PATHS[name]}),
  );
}

// Yes or no, as a sign and as a word.
export function verdict(yes, words = ["yes", "no"]) {
  return h("span", {class: yes ? "verdict yes" : "verdict no"}, icon(yes ? "yes" : "no"), words[yes ? 0 : 1]);
}
