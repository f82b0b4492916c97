/* What every element is made of; `parts.html` has the same ones. Data only ever becomes text. */

import { say, UNKNOWN } from "./words.js";

/** Make an element: its tag with classes ("p.states"), attributes, and children or text. */
export function h(tag, attributes, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value != null && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

export function name(team) {
  if (!team.short || team.short === team.name) return h("span.name", {}, team.name);
  return h("span.name.shortens", {}, h("span.full", {}, team.name), h("span.short", {}, team.short));
}

export function state(kind) {
  return h(`span.state.${kind.replaceAll("_", "-")}`, {}, say(`states.${kind}`));
}

/** What is not known has one look, and is said. */
export function unheld() {
  return h("span.unheld", { title: say("states.unknown") }, shown("span", UNKNOWN), unseen(say("states.unknown")));
}

export function held(written) {
  return written === UNKNOWN ? unheld() : String(written);
}

export function figure(tag, key, value) {
  return h(tag, { "data-figure": key }, held(value));
}

export function tally(goals) {
  const digits = Math.max(String(goals.home).length, String(goals.away).length);
  return h(
    `span.tally${digits > 1 ? `.digits-${Math.min(digits, 3)}` : ""}`,
    {},
    figure("span.goals", "home", goals.home),
    h("span.dash", {}, "–"),
    figure("span.goals", "away", goals.away),
  );
}

/** Give goals in the order of a tie. */
export function pair([first, second]) {
  return h(
    "span.tally",
    {},
    figure("span.goals", "first", first),
    h("span.dash", {}, "–"),
    figure("span.goals", "second", second),
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** Draw lines that stretch with what they lie beside; some of them are taken. */
export function lines(viewBox, paths) {
  const drawing = document.createElementNS(SVG, "svg");
  const attributes = { class: "lines", viewBox, preserveAspectRatio: "none", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) drawing.setAttribute(key, value);
  for (const [d, taken] of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    if (taken) path.setAttribute("class", "taken");
    drawing.append(path);
  }
  return drawing;
}

/** Several sources of one fact stand behind one another. */
export function source(text) {
  return text.split(" ; ").flatMap((part, at) => [at > 0 && " · ", oneSource(part)]);
}

function oneSource(text) {
  const host = link(text);
  return host ? h("a", { href: text, rel: "nofollow noopener noreferrer" }, host) : h("span", {}, text);
}

export function nothing(key) {
  return h("p.nothing", {}, say(`nothing.${key}`));
}

export function unseen(text) {
  return h("span.unseen", {}, text);
}

/** What only eyes need. */
export function shown(tag, text) {
  return h(tag, { "aria-hidden": "true" }, text);
}

function link(text) {
  if (!/^https?:\/\/[^\s/]+/.test(text)) return null;
  try {
    return new URL(text).hostname;
  } catch {
    return null;
  }
}
