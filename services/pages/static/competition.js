/* What stands about a competition as a whole, drawn as in `competition.html`. */

import { figure, h, source, state } from "./parts.js";
import { criterion } from "./table.js";
import { say } from "./words.js";

export function summary(view, here) {
  if (!view) return [];
  const { total, played } = view.matches;
  return [
    h(
      "p.states",
      {},
      state(view.status === "running" && here.isSettled ? "settled" : view.status),
      view.simulated && state("simulated"),
      h("span.teams", {}, say("competition.teams", { count: view.teams })),
    ),
    total > 0 &&
      h(
        "p.progress",
        {},
        figure("span", "played", say("competition.progress", { count: total, played })),
        ["not_played", "unknown"]
          .filter((kind) => view.matches[kind] > 0)
          .map((kind) => figure("span", kind, say(`competition.${kind}`, { count: view.matches[kind] }))),
        h("progress", { max: total, value: played, "aria-hidden": "true" }),
      ),
  ];
}

export function notes(view) {
  const rules = view?.regulations;
  const noted = [...(rules?.notes ?? []).map((text) => ({ text })), ...(view?.notes ?? [])];
  return [
    rules?.criteria.length > 0 && [
      h("h3", {}, say("headings.criteria")),
      h("ol.criteria", {}, rules.criteria.map(rule)),
    ],
    noted.length > 0 && h("ul.notes", {}, noted.map(note)),
    rules?.source &&
      h("p.source", {}, `${say("source")}${say("colon")} `, source(rules.source)),
  ];
}

function rule(one) {
  const article = one.article && say("order.article", { article: one.article });
  if (!article) return h("li", {}, criterion(one));
  return h("li", {}, `${criterion(one)} `, h("span.article", {}, `(${article})`));
}

function note({ text, source: from }) {
  return from ? h("li", {}, `${text} `, h("span.source", {}, source(from))) : h("li", {}, text);
}
