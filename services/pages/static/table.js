/* A group's table and what belongs to it, drawn as in `table.py` and `table.html`. */

import { figure, h, held, name, nothing, shown, source, state, unheld, unseen } from "./parts.js";
import { find, listed, number, rank, say, signed } from "./words.js";

const COLUMNS = [
  "rank", "team", "played", "won", "drawn", "lost", "goals_for", "goals_against",
  "goal_difference", "points",
];
const FIGURES = COLUMNS.slice(2);

export function status(view) {
  if (!view) return [];
  const said = statusOf(view);
  const isInPart = said === "unknown" && ranksSome(view);
  const why = isInPart ? "unknown_in_part" : said;
  return [state(said), h("span.explained", {}, say(`explained.${why}`))];
}

// One whose ranks are printed has them.
function statusOf(view) {
  if (view.status === "unknown" && view.adopted && ranksSome(view)) return "printed";
  return view.status === "in_play" ? "as_it_stands" : view.status;
}

function ranksSome({ rows }) {
  return rows.some(({ rank }) => rank !== null);
}

// The table

export function standings(view, here, { marked = "" }) {
  if (!view?.rows.length) return [nothing("table")];
  const notes = remarks(view, here);
  const drawn = lines(view).map((line) =>
    line.berth ? berth(line) : row(line.row, line.level, marked.split(" ").includes(line.row.team)),
  );
  return [
    h(
      `table.standings${isWhole(view) ? "" : ".in-part"}`,
      {},
      h("caption", {}, here.group(view.group)),
      h("thead", {}, h("tr", {}, COLUMNS.map(heading))),
      h("tbody", {}, drawn),
    ),
    view.adopted && adopted(view.adopted),
    notes.length > 0 && h("ul.adjustments", {}, notes.map((said) => h("li", {}, said))),
  ];
}

function adopted({ differs, source: from }) {
  return h(
    "p.adopted",
    {},
    say("table.adopted"),
    differs && ` ${say("table.adopted_differs")}`,
    from && [` ${say("source")}${say("colon")} `, source(from)],
  );
}

function remarks(view, here) {
  const { adjustments, adopted, coverage, rows, unknown_results: unknown } = view;
  const isUnknown = (row) => ["rank", ...FIGURES].some((column) => row[column] === null);
  return [
    ...adjustments.map((one) => adjusted(here, one)),
    coverage === "partial" && say(adopted ? "table.partial_printed" : "table.partial"),
    unknown > 0 && say("table.unknown_results", { count: unknown }),
    rows.some(isUnknown) && say("table.legend"),
  ].filter(Boolean);
}

function heading(column) {
  const [short, full] = find(`columns.${column}`);
  return h(
    `th.${column.replaceAll("_", "-")}`,
    { scope: "col", title: full },
    shown("span", short),
    unseen(full),
  );
}

function row(row, level, marked) {
  const cells = FIGURES.map((column) => {
    const value = column === "goal_difference" ? signed(row[column]) : number(row[column]);
    return h(`td.${column.replaceAll("_", "-")}`, {}, figure("span", column, value));
  });
  const isBlank = FIGURES.every((column) => row[column] === null);
  const blank = h("td.blank", { colspan: cells.length }, state("unknown"));
  const classes = ["row", level, fate(row), hasLeft(row) && "gone", marked && "marked"].filter(Boolean);
  return h(
    `tr.${classes.join(".")}`,
    { "data-key": row.team },
    h(
      "td.rank",
      {},
      h("span.place", {}, held(number(row.rank))),
      level && [shown("span.equals", "="), unseen(say("states.level"))],
      row.movement ? movement(row) : null,
    ),
    h("th.team", { scope: "row" }, h("span.club", {}, name(row), h("span.beside", {}, beside(row)))),
    isBlank ? blank : cells,
  );
}

// Of matches that nobody holds there is no number.
function isWhole({ adopted, coverage, unknown_results: unknown }) {
  return Boolean(adopted) || !(coverage === "partial" || unknown);
}

function hasLeft({ status }) {
  return status !== "entered";
}

function beside(row) {
  return [
    hasLeft(row) && state(row.status),
    fate(row) && h("span.fate", {}, say(`table.${fate(row)}`)),
    row.form?.length > 0 &&
      h(
        "span.form",
        {},
        unseen(say("form.title", { results: row.form.map((one) => letter(one)[1]).join(", ") })),
        row.form.map((one) => shown(`span.result.${one}`, letter(one)[0])),
      ),
    row.remaining > 0 &&
      h("span.remaining", {}, say("table.remaining", { count: row.remaining })),
  ];
}

function letter(result) {
  return find(`form.${result}`) ?? find("form.other");
}

function movement(row) {
  const way = row.movement > 0 ? "up" : "down";
  const moved = say(`table.${way}`, { count: Math.abs(row.movement) });
  const said = `${moved}, ${say("table.confirmed", { rank: rank(row.rank_confirmed) })}`;
  return h(
    `span.movement.${way}`,
    { title: said },
    shown("span", String(Math.abs(row.movement))),
    unseen(said),
  );
}

function berth({ berth, open }) {
  return h(
    `tr.berth${open ? ".open" : ""}`,
    { "data-key": `berth ${berth.berth}` },
    h("td", { colspan: COLUMNS.length }, h("span", {}, berthWords(berth, open))),
  );
}

function berthWords(berth, open) {
  if (open) return say("table.berth_open", { berth: berth.name });
  const [first, last] = [rank(berth.first), rank(berth.last)];
  const key = first === last ? "table.berth_one" : "table.berth_many";
  return say(key, { berth: berth.name, first, last });
}

/** Give the rows with their brackets, and a line where a berth ends; open within a shared rank. */
function lines({ rows, berths }) {
  return rows.flatMap((row, at) => {
    const ranked = row.rank !== null;
    const above = ranked && rows[at - 1]?.rank === row.rank;
    const below = ranked && rows[at + 1]?.rank === row.rank;
    const level = above ? (below ? "middle" : "last") : below ? "first" : "";
    const end = at + 1;
    const ending = ({ last }) =>
      ranked && !below && ((row.rank <= last && last <= end) || (last > end && end === rows.length));
    const found = berths.filter(ending).map((berth) => ({ berth, open: berth.last < end }));
    return [{ row, level }, ...found];
  });
}

function fate(row) {
  const fates = new Set(Object.values(row.berths));
  if (fates.has("clinched")) return "clinched";
  return fates.size === 1 && fates.has("eliminated") ? "eliminated" : null;
}

function adjusted(here, { team, points, status }) {
  const values = { team: here.team(team), points: signed(points), count: Math.abs(points) };
  const state = find(`table.${status}`);
  return say("table.adjusted", values) + (state ? ` (${state})` : "");
}

// Why this order

export function order(view, here) {
  const missing = view ? unordered(view) : "order";
  if (missing) return [nothing(missing)];
  const lines = reasons(view, here).map(([said, why]) =>
    h("li", {}, h("span.said", {}, said), why && h("span.why", {}, why)),
  );
  return [h("ol.order", {}, lines)];
}

// Not yet, or nobody knows.
function unordered({ adopted, rows }) {
  if (rows.length && rows.every(({ rank }) => rank === null)) return "order_unknown";
  const isBegun = rows.some((row) => row.played || row.adjustment || row.separated_by);
  return isBegun || adopted ? null : "order";
}

function reasons({ adopted, rows }, here) {
  const printed = adopted ? say("order.printed") : null;
  const shared = [];
  for (const row of rows.filter(({ rank }) => rank !== null)) {
    if (shared.at(-1)?.[0].rank === row.rank) shared.at(-1).push(row);
    else shared.push([row]);
  }
  const named = shared.map((tier) => tier.map((row) => here.team(row.team)));
  return named.flatMap((teams, at) => {
    const found = [];
    if (at) {
      const [above, below] = [listed(named[at - 1]), listed(teams)];
      const count = named[at - 1].length;
      found.push([say("order.above", { above, below, count }), reason(shared[at][0]) ?? printed]);
    }
    if (teams.length > 1) found.push([say("order.level", { teams: listed(teams) }), null]);
    return found;
  });
}

function reason({ separated_by: separated }) {
  if (!separated) return null;
  let said = criterion(separated);
  if (separated.numbers) {
    const [first, second] = separated.numbers.map((n) => compare(separated.criterion, n));
    said = say("order.numbers", { criterion: said, first, second });
  }
  const article = separated.article && say("order.article", { article: separated.article });
  return article ? `${said} (${article})` : said;
}

const SIGNED = ["goal_difference", "opponents_goal_difference", "conduct"];
const PLACES = ["place", "lots", "extra_match", "ruling"];

function compare(name, value) {
  if (PLACES.includes(name) && Number.isInteger(value)) return rank(value);
  return SIGNED.includes(name) ? signed(value) : number(value);
}

const SCOPES = ["home", "away", "first_leg", "second_leg", "level"];

export function criterion(rule) {
  const name = rule.criterion ?? rule.metric;
  const parts = (rule.scope ?? "all").split("+");
  const scopes = SCOPES.filter((scope) => parts.includes(scope)).map((scope) => say(`scopes.${scope}`));
  return [find(`criteria.${name}`) ?? name.replaceAll("_", " "), ...scopes].join(" ");
}

// What is open, and what others say

const QUESTIONS = { disputed: "disputed", protest: "under_protest", finalised_differs: "disputed" };

export function questions(asked, here, group) {
  if (!asked?.length) return [nothing("questions")];
  const items = asked.map((one) =>
    h("li", {}, state(QUESTIONS[one.kind] ?? "undecided"), h("span", {}, question(one, here, one.group ?? group))),
  );
  return [h("ul.questions", {}, items)];
}

function question(asked, here, group) {
  const key = `questions.${asked.kind}`;
  if (asked.kind === "level") {
    const teams = listed((asked.teams ?? []).map((team) => here.team(team)));
    const way = (by) => find(`ways.${by}`) ?? find(`criteria.${by}`);
    const how = listed((asked.settled_by ?? []).map(way).filter(Boolean), "or");
    const among = asked.tie ? "questions.level_tie" : key;
    return say(how ? among : "questions.level_plain", { teams, how });
  }
  if (asked.kind === "slot_differs") {
    const [team, ...others] = asked.teams.map((id) => here.team(id));
    return say(key, { team, others: listed(others) });
  }
  const match = (asked.teams ?? []).map((team) => here.team(team)).join(" – ");
  const known = find(key) === undefined ? `questions.other${match ? "_of" : ""}` : key;
  return say(known, { match, group: here.group(group) });
}

/** Draw the one line that says a source differs, with the way to it. */
export function claimed(view, here) {
  if (!view?.claims.some((claim) => claim.differs)) return [];
  const href = here.path("groups", view.group);
  const said = say("claims.about", { group: here.group(view.group) });
  return [h("p.differing", {}, h("a", { href: `${href}#claims` }, said))];
}

export function claims(view, here) {
  return (view?.claims ?? []).map((claim) =>
    h(
      `div.claim${claim.differs ? ".differs" : ""}`,
      {},
      h("p.says", {}, claim.says),
      claim.order && compared(view, claim, here),
      claim.source &&
        h("p.source", {}, `${say("source")}${say("colon")} `, source(claim.source)),
    ),
  );
}

function compared(view, claim, here) {
  const ours = Object.fromEntries(view.rows.map((row) => [row.team, row.rank]));
  let rank = 1;
  const rows = claim.order.flatMap((tier) => {
    const teams = [tier].flat();
    const place = rank;
    rank += teams.length;
    return teams.map((team) =>
      h(
        `tr${ours[team] === place ? "" : ".differs"}`,
        {},
        h("td", {}, String(place)),
        h("th", { scope: "row" }, here.team(team)),
        h("td", {}, ours[team] ? String(ours[team]) : unheld()),
      ),
    );
  });
  const known = view.adopted ? "printed" : isWhole(view) ? "ours" : "known";
  const heads = [say("claims.theirs"), unseen(find("columns.team")[0]), say(`claims.${known}`)];
  return h(
    "table.compared",
    {},
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows),
  );
}
