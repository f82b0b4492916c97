/* What every element is made of; `parts.html` has the same ones. Data only ever becomes text. */

import { say, when } from "./words.js";

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

export function figure(tag, key, value) {
  return h(tag, { "data-figure": key }, String(value));
}

export function tally(goals) {
  return h(
    "span.tally",
    {},
    figure("span.goals", "home", goals.home),
    h("span.dash", {}, "–"),
    figure("span.goals", "away", goals.away),
  );
}

export function time(instant, here) {
  return h("time", { datetime: instant }, when(instant, here.time_zone));
}

export function source(text) {
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
