/* A bracket, drawn as in `bracket.py` and `bracket.html`. */

import { goalsOf } from "./match.js";
import { h, held, lines as svg, name, nothing, pair, state, unseen } from "./parts.js";
import { find, listed, of, rank, say, UNKNOWN, when } from "./words.js";

const ROWS_MAX = 64;

export function bracket(view, here) {
  if (!view?.rounds.length) return [nothing("bracket")];
  const placed = layout(view);
  const rows = placed.rows ? `.rows-${placed.rows}` : "";
  const turn = (round) => h("li", {}, h("a", { href: `#round-${round.round}` }, round.name));
  const column = (round, at) =>
    h(
      "li.round",
      { id: `round-${round.round}`, "data-key": round.round },
      h(
        "div.heading",
        {},
        h("h3", {}, round.name),
        round.only_ranks && h("p", {}, say("bracket.only_ranks")),
      ),
      lines(view, at, placed),
      h(
        `ol.ties${rows}`,
        {},
        round.ties.map((tie) => drawn(tie, round, view, here, placed, round === view.rounds.at(-1))),
      ),
    );
  return [
    h("ol.turns", {}, view.rounds.map(turn)),
    h(
      "div.field",
      { tabindex: 0, role: "region", "aria-label": view.name },
      h(`ol.rounds${placed.rows > 8 ? ".tall" : ""}`, {}, view.rounds.map(column)),
    ),
  ];
}

/** Draw one tie of it by itself. */
export function alone(view, here, { tie: id }) {
  const placed = { places: new Map() };
  return (view?.rounds ?? []).flatMap((round) =>
    round.ties
      .filter(({ tie }) => tie === id)
      .map((tie) => [
        h("p.explained", {}, round.name),
        h("ol.ties", {}, drawn(tie, round, view, here, placed, round === view.rounds.at(-1))),
      ]),
  );
}

const SHORT_TIES_MAX = 8;
const AT = { in_play: 0, undecided: 1, provisional: 1, open: 2 };

/** Draw what is on in it: the rounds that are played, with the ties that are not over first. */
export function short(view, here) {
  const has = (isOne) => (view?.rounds ?? []).filter(({ ties }) => ties.some(isOne));
  const on = has(({ status }) => status === "in_play");
  const waiting = has(({ status }) => status in AT);
  const found = on.length ? on : waiting.length ? waiting.slice(0, 1) : (view?.rounds ?? []).slice(-1);
  const placed = { places: new Map() };
  return found.map((round) => {
    const at = ({ status }) => AT[status] ?? 3;
    const first = [...round.ties].sort((a, b) => at(a) - at(b)).slice(0, SHORT_TIES_MAX);
    const shown = round.ties.filter((tie) => first.includes(tie));
    const more = round.ties.length - shown.length;
    const isLast = round === view.rounds.at(-1);
    return [
      h("h3", { "data-key": round.round }, round.name),
      h("ol.ties", {}, shown.map((tie) => drawn(tie, round, view, here, placed, isLast))),
      more > 0 && h("p.more", {}, say("bracket.more", { count: more })),
    ];
  });
}

// Where it stands

/** Place each tree of ties below those that take the same columns, the last round's first. */
function layout({ rounds }) {
  const columnOf = new Map(rounds.flatMap(({ ties }, at) => ties.map(({ tie }) => [tie, at])));
  const all = rounds.flatMap(({ ties }) => ties);
  const feeders = new Map(all.map((tie) => [tie.tie, feedersOf(tie, columnOf)]));
  const fed = new Set([...feeders.values()].flat());
  const free = rounds.map(() => 1);
  const places = new Map();
  for (const { tie } of [...rounds].reverse().flatMap(({ ties }) => ties)) {
    if (fed.has(tie)) continue;
    const own = columnOf.get(tie);
    const from = Math.min(...tree(tie, feeders).map((one) => columnOf.get(one)));
    const first = Math.max(...free.slice(from, own + 1));
    free.fill(first + put(tie, first, feeders, places), from, own + 1);
  }
  const rows = Math.max(...free) - 1;
  if (rows > ROWS_MAX) return { rows: 0, places: new Map() };
  for (const { ties } of rounds) {
    if (ties.some(({ tie }) => feeders.get(tie).length || fed.has(tie))) continue;
    const span = Math.floor(rows / Math.max(ties.length, 1));
    ties.forEach(({ tie }, at) => places.set(tie, { at: 1 + at * span, span }));
  }
  return { rows, places };
}

function feedersOf({ tie, slots }, columnOf) {
  const won = slots.filter(({ source }) => source.from === "winner").map(({ source }) => source.id);
  const own = columnOf.get(tie);
  return [...new Set(won)].filter((id) => (columnOf.get(id) ?? own) < own);
}

function tree(tie, feeders) {
  return [tie, ...feeders.get(tie).flatMap((feeder) => tree(feeder, feeders))];
}

function put(tie, at, feeders, places) {
  let span = 0;
  for (const feeder of feeders.get(tie)) span += put(feeder, at + span, feeders, places);
  places.set(tie, { at, span: span || 1 });
  return span || 1;
}

function lines({ rounds }, column, { rows, places }) {
  if (!rows || !column) return null;
  const before = new Map(rounds[column - 1].ties.map((tie) => [tie.tie, tie]));
  const middle = (tie) => 2 * (places.get(tie).at - 1) + places.get(tie).span;
  const paths = rounds[column].ties.flatMap((tie) =>
    feedersOf(tie, new Map([...before.keys()].map((id) => [id, 0]).concat([[tie.tie, 1]]))).map(
      (id) => [`M0 ${middle(id)}H1V${middle(tie.tie)}H2`, before.get(id).status === "decided"],
    ),
  );
  return paths.length ? svg(`0 0 2 ${2 * rows}`, paths) : null;
}

// A tie

function drawn(tie, round, view, here, { places }, isLast) {
  const place = places.get(tie.tie);
  const classes = [tie.status.replaceAll("_", "-"), place && `at-${place.at}.span-${place.span}`];
  const kinds = states(tie);
  const [said, how] = verdict(tie, round, here, isLast);
  const isPlain = ["points", "aggregate"].includes(tie.decided_by) && !tie.article;
  const isApart = ({ leg, extra_match: isExtra }) => round.legs > 1 && leg === null && !isExtra;
  const legs = (found) => h("ul.legs", {}, found.map((leg) => legLine(leg, tie, round, here)));
  const placed = tie.legs.filter((leg) => !isApart(leg));
  const apart = tie.legs.filter(isApart);
  return h(
    `li.tie.${classes.filter(Boolean).join(".")}`,
    { "data-key": tie.tie },
    h(
      "div.pairing",
      { role: "group", "aria-label": tieWords(tie, round, view, here) },
      (tie.name || kinds.length > 0) &&
        h("p.called", {}, tie.name && h("span", {}, tie.name), kinds.map(state)),
      h("ul.sides", {}, [0, 1].map((at) => side(tie, at, round, view, here))),
      placed.length > 0 && legs(placed),
      (said || how) &&
        h(`p.verdict${isPlain ? ".plain" : ""}`, {}, said && h("span.said", {}, `${said} `), how || null),
      apart.length > 0 && h("div.apart", {}, h("p", {}, say("bracket.leg_unknown")), legs(apart)),
    ),
  );
}

// For those who listen.
function tieWords({ name: called, slots }, round, view, here) {
  const side = ({ team, source }) => (team ? here.team(team.team) : sourceWords(source, view, here));
  return `${called || round.name}: ${slots.map(side).join(" – ")}`;
}

const STATES = new Set(["in_play", "provisional", "undecided", "unknown"]);
const CERTAINTIES = new Set(["under_protest", "ruled", "unknown"]);

function states(tie) {
  return [STATES.has(tie.status) && tie.status, tie.under_protest && "under_protest"].filter(Boolean);
}

function side(tie, at, { only_ranks: onlyRanks }, view, here) {
  const slot = tie.slots[at];
  const team = tie.teams[at] ?? slot.team;
  const won = Boolean(team) && tie.winner === team.team;
  const lost = Boolean(team) && Boolean(tie.winner) && !won;
  const rank = onlyRanks && tie.winner && (won ? "first" : "second");
  const fate = rank || (won ? "through" : lost ? "out" : null);
  const aggregate = tie.legs.some(({ play }) => play === "unknown") ? null : tie.aggregate;
  const isOver = ["decided", "unknown"].includes(tie.status);
  const unknown = team && isOver && tie.legs.length ? UNKNOWN : "";
  return h(
    `li.side${fate ? `.${fate}` : ""}`,
    {},
    h(
      "span.who",
      {},
      team && name(team),
      !team &&
        slot.source.from !== "unknown" &&
        h("span.awaited", {}, sourceWords(slot.source, view, here)),
      CERTAINTIES.has(slot.certainty) && state(slot.certainty),
      fate && unseen(say(`fates.${fate}`)),
    ),
    h("span.goals", { "data-figure": at + 1 }, held(aggregate?.[at] ?? unknown)),
  );
}

function sourceWords({ from, id, name: called, rank: place, to }, view, here) {
  const name = called ?? here.group(id);
  if (from === "rank") return say("sources.rank", { rank: rank(place), of: of(name) });
  if (from === "winner" || from === "loser") {
    return say(`sources.${from}`, { of: of(tieName(id, view, here) ?? name) });
  }
  if (from === "berth") return place > 1 ? say("sources.place", { name, rank: rank(place) }) : name;
  if (from === "best") return say("sources.place", { name, rank: rank(place) });
  if (from === "allotted") return say("sources.allotted", { name, to });
  return from === "team" ? name : say(`sources.${from}`);
}

function tieName(id, { rounds }, here) {
  for (const { name, ties } of rounds) {
    const at = ties.findIndex(({ tie }) => tie === id);
    if (at < 0) continue;
    if (ties[at].name) return ties[at].name;
    const teams = ties[at].teams.filter(Boolean).map(({ team }) => here.team(team));
    if (teams.length === 2) return teams.join(" – ");
    return ties.length > 1 ? say("sources.numbered", { n: at + 1, round: name }) : name;
  }
  return null;
}

// Its legs

function turned({ teams }, leg, goals) {
  if (goals?.home == null || goals?.away == null) return null;
  const isTurned = teams[0] && leg.away === teams[0].team;
  return isTurned ? [goals.away, goals.home] : [goals.home, goals.away];
}

function legLine(leg, tie, { legs }, here) {
  const isOpen = ["unknown", "scheduled"].includes(leg.play) && !leg.result;
  const goals = isOpen ? null : turned(tie, leg, goalsOf(leg));
  const time = leg.kick_off ?? leg.date;
  const alone = goals && tie.legs.length === 1 && legs === 1;
  return h(
    "li",
    { "data-key": leg.match },
    h(
      `a${leg.play === "in_play" ? ".in-play" : ""}`,
      { href: here.path("matches", leg.match) },
      h("span", {}, legName(leg, legs)),
      alone && time && h("span", {}, when(time, here.time_zone)),
      !alone && (goals ? pair(goals) : legWords(leg, here)),
      leg.neutral && h("span", {}, say("matches.neutral")),
    ),
  );
}

function legName({ extra_match: isExtra, leg }, legs) {
  if (isExtra) return say("states.extra_match");
  return say(`legs.${legs > 1 && leg ? leg : "match"}`);
}

function legWords(leg, here) {
  const { play, result } = leg;
  if (play === "unknown" || (play === "ended" && !result)) return state("unknown");
  const winner = ["home", "away"].includes(result?.outcome) && leg[result.outcome];
  const isAside = ["postponed", "not_played", "abandoned", "suspended"].includes(play);
  const time = leg.kick_off ?? leg.date;
  return h(
    "span",
    {},
    winner
      ? say("matches.won", { team: here.team(winner) })
      : isAside
        ? say(`states.${play}`)
        : time
          ? when(time, here.time_zone)
          : held(UNKNOWN),
  );
}

// How it was decided

function verdict(tie, round, here, isLast) {
  if (tie.status === "undecided") {
    const ways = tie.settled_by.map((way) => say(`ways.${way}`));
    return ["", say("decided.open", { how: listed(ways, "or") })];
  }
  if (!tie.winner) {
    // Of a final, or where both go on, it is asked who won.
    const asked = round.only_ranks || isLast ? "who_won" : "who_passed";
    return ["", tie.status === "unknown" ? say(`decided.unknown_${asked}`) : ""];
  }
  const by = decidedBy(tie, round.legs);
  // The signs of who won say as much.
  if (!by && !tie.article && !round.only_ranks && !isLast) return ["", ""];
  const key = round.only_ranks ? "first" : isLast ? "wins" : "through";
  const said = say(`decided.${key}`, { team: here.team(tie.winner) });
  const article = tie.article && say("order.article", { article: tie.article });
  return [said, article ? `${by} (${article})`.trimStart() : by];
}

function decidedBy(tie, legs) {
  const by = tie.decided_by;
  if (by === null) return say("decided.no_source");
  if (by === "aggregate" && legs === 1) return "";
  const found = numbers(tie);
  const key = `decided.${by}`;
  if (!found || find(`${key}_numbers`) === undefined) return say(key);
  return say(`${key}_numbers`, { won: Math.max(...found), lost: Math.min(...found) });
}

function numbers(tie) {
  if (tie.decided_by === "points") return tie.points;
  if (tie.decided_by !== "shoot_out") return null;
  const kicks = tie.legs.filter((leg) => leg.shoot_out).map((leg) => turned(tie, leg, leg.shoot_out));
  return kicks.at(-1) ?? null;
}
