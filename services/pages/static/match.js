/* A match, in full and in short, drawn as in `match.py` and `match.html`. */

import { figure, h, name, nothing, source, state, tally, unheld } from "./parts.js";
import { find, minute, say, signed, UNKNOWN, when } from "./words.js";

const STATES_OF_PLAY = new Set(["in_play", "suspended", "postponed", "abandoned", "not_played"]);
const STANDINGS = new Set(["awarded", "annulled"]);
const STANDINGS_CONFIRMED = new Set([...STANDINGS, "provisional", "confirmed"]);

// In short

const GAMES_SHOWN_MAX = 8;
const TODAY_SHOWN_MAX = 12;
const SECTIONS_NAMED_MAX = 24;

export function games(view, here, { plain }) {
  const played = [...(view?.matches ?? [])].sort(byKickOff);
  const game = (match) => gameCard(match, here);
  if (plain) return played.map(game);
  return bySection(played, here, GAMES_SHOWN_MAX, "games", game);
}

function gameCard(match, here) {
  const goals = goalsOf(match);
  const side = (side) =>
    h("span.side", {}, name(match[side]), figure("span.goals", side, goals ? goals[side] : UNKNOWN));
  return h(
    "li.game",
    { "data-key": `${here.competition}/${match.match}` },
    h(
      "a",
      { href: here.path("matches", match.match) },
      h("span.standing", {}, standing(match, here)),
      side("home"),
      side("away"),
      h("span.about", {}, about(match, here, true, true).map(small)),
    ),
  );
}

// What is suspended comes last; a goal changes nothing in this order.
function byKickOff(one, other) {
  const key = ({ play, kick_off: kickOff, match }) =>
    `${Number(play === "suspended")} ${kickOff ?? "~"} ${match}`;
  return key(one) < key(other) ? -1 : 1;
}

/** Part matches by stage and section, in the order of the rules; of many only the first. */
function bySection(matches, here, most, kind, drawn) {
  const order = Object.keys(here.sections);
  if (order.length < 2) return matches.slice(0, most).map(drawn);
  const found = new Map();
  for (const match of matches) {
    const section = match.section ?? "";
    found.set(section, [...(found.get(section) ?? []), match]);
  }
  const at = (section) => (order.includes(section) ? order.indexOf(section) : order.length);
  const sections = [...found.keys()].sort((a, b) => at(a) - at(b) || (a < b ? -1 : 1));
  const others = [];
  const parts = sections.map((section) => {
    const listed = found.get(section);
    const shown = listed.slice(0, most).map(drawn);
    most = Math.max(most - listed.length, 0);
    if (!section) return shown;
    const key = { "data-key": `${here.competition}/${section}` };
    const link = linkTo(section, listed.length, shown.length, here);
    if (shown.length) return h("li.part", key, h("h3", {}, link), h(`ul.${kind}`, {}, shown));
    others.push(h("li", key, link));
    return null;
  });
  return [parts, others.length > 0 && rest(others, here)];
}

function linkTo(section, count, shown, here) {
  const name = here.section(section);
  const said = count > shown ? say("competition.playing", { section: name, count }) : name;
  return h("a", { href: here.path("sections", section) }, said);
}

function rest(others, here) {
  const count = others.length - SECTIONS_NAMED_MAX;
  return h(
    "li.part.rest",
    { "data-key": `${here.competition} rest` },
    h("ul.others", {}, others.slice(0, SECTIONS_NAMED_MAX)),
    count > 0 && h("p.more", {}, h("a", { href: here.path("sections") }, say("competition.sections", { count }))),
  );
}

export function next(view, here) {
  const waiting = (view?.matches ?? []).filter(isNext).sort(byKickOff);
  return bySection(waiting, here, TODAY_SHOWN_MAX, "listed", (match) => fixture(match, here));
}

export function ended(view, here) {
  const isOver = (match) => !isNext(match) && !["in_play", "suspended"].includes(match.play);
  const over = (view?.matches ?? []).filter(isOver);
  return bySection(over, here, TODAY_SHOWN_MAX, "listed", (match) => fixture(match, here));
}

function isNext({ play, result }) {
  return play === "scheduled" && !result;
}

const SECTION_OF = {
  in_play: "in_play",
  suspended: "suspended",
  scheduled: "to_come",
  postponed: "to_come",
  not_played: "not_played",
};

const SECTIONS = ["in_play", "suspended", "to_come", "played", "not_played", "extra_match"];

// An extra match stands apart from those of the table, but while it is played.
function sectionOf({ extra_match: isExtra, play, standing }) {
  if (isExtra && !["in_play", "suspended"].includes(play)) return "extra_match";
  const decided = standing === "awarded" && play !== "in_play";
  return decided ? "played" : (SECTION_OF[play] ?? "played");
}

export function fixtures(view, here) {
  if (!view?.matches.length) return [nothing("matches")];
  return SECTIONS.map((section) => [section, view.matches.filter((match) => sectionOf(match) === section)])
    .filter(([, listed]) => listed.length)
    .map(([section, listed]) =>
      h(
        "div.fixtures",
        { "data-key": section },
        h("h3", {}, `${say(`matches.${section}`)} `, h("span.count", {}, String(listed.length))),
        h("ul", {}, listed.map((match) => fixture(match, here))),
      ),
    );
}

function fixture(match, here) {
  return h(
    "li.fixture",
    { "data-key": match.match },
    h(
      "a",
      { href: here.path("matches", match.match) },
      h("span.home", {}, name(match.home)),
      between(match, here),
      h("span.away", {}, name(match.away)),
      h("span.about", {}, standing(match, here), about(match, here).map(small)),
    ),
  );
}

function small(text) {
  return h("span", {}, text);
}

function between(match, here) {
  const goals = goalsOf(match);
  if (goals) return tally(goals);
  return h("span.pending", {}, isUnknown(match) ? state("unknown") : pending(match, here));
}

function isUnknown({ play, result }) {
  return !STATES_OF_PLAY.has(play) && play !== "scheduled" && !result;
}

/** Give the goals to show: the result's where it has them, else the score; null if unknown. */
export function goalsOf({ play, result, score }) {
  if (play === "unknown" && !result) return null;
  return result?.home != null && result?.away != null ? result : score;
}

function pending(match, here) {
  if (match.result) {
    const { outcome } = match.result;
    const team = match[outcome];
    return team ? say("matches.won", { team: team.short || team.name }) : say(`matches.${outcome}`);
  }
  if (match.play === "scheduled" && match.kick_off) return when(match.kick_off, here.time_zone);
  if (STATES_OF_PLAY.has(match.play) || match.play === "scheduled") return "–";
  return say("states.unknown");
}

function standing(match, here, whole = false) {
  const period = periodOf(match);
  const clock = clockOf(match.period, match.period_started_at, match.period_running && !here.simulated);
  return [
    whole && besides(match).map(state),
    states(match, here).map(state),
    period && h("span.period", {}, period),
    clock && h("span.clock", { "data-clock": `${match.period} ${match.period_started_at}` }, clock),
  ];
}

// What was decided without play is not to come.
function besides({ play, result }) {
  return play === "ended" || (play === "scheduled" && !result) ? [play] : [];
}

function states(match, here) {
  const worth = here.confirms ? STANDINGS_CONFIRMED : STANDINGS;
  return [
    STATES_OF_PLAY.has(match.play) && match.play,
    worth.has(match.standing) && match.standing,
    match.disputed && "disputed",
    match.under_protest && "under_protest",
  ].filter(Boolean);
}

function periodOf({ play, period, period_running: running }) {
  if (!period || !["in_play", "suspended"].includes(play)) return null;
  return say(`${running || play === "suspended" ? "periods" : "breaks"}.${period}`);
}

// First minute and length of a period in minutes.
const PERIODS = {
  first_half: [0, 45],
  second_half: [45, 45],
  extra_first: [90, 15],
  extra_second: [105, 15],
};
const CLOCK_MINUTES_MAX = 75;

/** Give the minute being played, by the clock; null where the clock cannot know. */
export function clockOf(period, startedAt, running = true) {
  const timing = PERIODS[period];
  if (!running || !timing || !startedAt) return null;
  const elapsed = Math.floor((Date.now() - Date.parse(startedAt)) / 60_000);
  if (!(elapsed >= 0 && elapsed < CLOCK_MINUTES_MAX)) return null;
  const [first, length] = timing;
  return elapsed >= length ? `${first + length}+'` : `${first + elapsed + 1}'`;
}

function about(match, here, whole = false, inside = false) {
  const played = match.score;
  const goals = goalsOf(match);
  const differs = played && goals && (played.home !== goals.home || played.away !== goals.away);
  const dated = match.kick_off && (whole || goals || match.play !== "scheduled");
  return [
    whole && match.group && groupOf(match, here, inside),
    whole && !inside && match.tie && match.section && here.section(match.section),
    match.leg && say(`legs.${match.leg}`),
    match.extra_match && say("states.extra_match"),
    match.matchday != null && say("matches.matchday", { n: match.matchday }),
    dated && kickOff(match, here),
    !match.kick_off && happenedAt(match, here),
    match.venue,
    match.neutral && say("matches.neutral"),
    match.shoot_out && say("matches.shoot_out", match.shoot_out),
    differs && say(match.disputed ? "matches.counted" : "matches.on_pitch", played),
  ].filter(Boolean);
}

function happenedAt({ date, happened }, here) {
  const time = date ?? happened;
  return time && when(time, here.time_zone);
}

function groupOf({ group, section }, here, inside) {
  const name = here.group(group);
  const above = `${here.section(section)} · `;
  return inside && name.startsWith(above) ? name.slice(above.length) : name;
}

// The time that was set for a match no longer holds when the match was put off.
function kickOff({ kick_off: set, play }, here) {
  const time = when(set, here.time_zone);
  return ["postponed", "not_played"].includes(play) ? say("matches.was_set", { when: time }) : time;
}

// In full

export function pitch(match, here) {
  return [
    h(
      "div.pitch",
      {},
      h("p.standing", {}, standing(match, here, true)),
      h(
        "h1",
        {},
        h("span.home", {}, name(match.home)),
        between(match, here),
        h("span.away", {}, name(match.away)),
      ),
      h("p.about", {}, about(match, here, true).map(small)),
    ),
  ];
}

const BEFORE = new Set(["scheduled", "postponed", "not_played"]);

export function timeline(match, here) {
  const facts = story(match);
  if (!facts.length) {
    return [nothing(BEFORE.has(match.play) ? "timeline_before" : "timeline")];
  }
  return [h("ol.timeline", {}, facts.map((fact) => factLine(fact, match, here)))];
}

const SCHEDULE = new Set(["match_scheduled", "extra_match_ordered"]);
const RESULTS = new Set(["result_recorded", "result_confirmed"]);

/** Give the facts that tell how a match came; none where only its result is known. */
function story(match) {
  const facts = match.timeline.filter(({ type }) => !SCHEDULE.has(type));
  return facts.every(({ type }) => RESULTS.has(type)) ? [] : facts;
}

function factLine(fact, match, here) {
  const said = remark(fact);
  return h(
    `li.fact.${fact.side ?? "whole"}`,
    { "data-key": fact.id },
    h("span.minute", {}, minute(fact) || (fact.side ? unheld() : "")),
    signOf(fact),
    h(
      "span.what",
      {},
      h("span.headline", {}, happened(fact, here.matches[match.match], here)),
      fact.score && tally(fact.score),
      here.people[fact.player] && h("span.who", {}, here.people[fact.player]),
      fact.amended && h("span.amended", {}, say("amended")),
      said && h("span.remark", {}, said),
    ),
  );
}

export function sources(match, here) {
  const each = new Set(match.sources.flatMap((text) => text.split(" ; ")));
  const isFollowed = ["in_play", "suspended"].includes(match.play);
  const key = isFollowed ? "last_heard" : "recorded";
  const heard = say(`matches.${key}`, { when: when(match.last_heard, here.time_zone) });
  return [
    h(
      "ul.sources",
      {},
      [...each].map((text) => h("li", {}, source(text))),
      h("li.heard", {}, heard),
      match.coverage !== "full" && h("li", {}, say(`matches.coverage_${match.coverage}`)),
    ),
  ];
}

// Its facts

const VARIANTS = ["card", "method", "period", "outcome", "level", "scored", "minutes", "winner"];

const SIGNS = {
  goal_scored: "goal",
  goal_disallowed: "no-goal",
  card_shown: "card",
  shoot_out_kick_taken: "kick",
  penalty_awarded: "kick",
  penalty_missed: "no-goal",
  substitution_made: "change",
  period_started: "whistle",
  period_ended: "whistle",
  final_whistle: "whistle",
  match_suspended: "stop",
  match_abandoned: "stop",
  match_postponed: "stop",
  match_called_off: "stop",
  scorer_lost: "stop",
  event_cancelled: "correction",
  event_amended: "correction",
  result_recorded: "result",
  result_confirmed: "result",
  result_awarded: "decision",
  result_annulled: "decision",
  lots_drawn: "decision",
  rank_decided: "decision",
  points_adjusted: "decision",
  standings_finalised: "decision",
  tie_decided: "decision",
  draw_held: "decision",
  slot_assigned: "decision",
  berth_granted: "decision",
  team_withdrawn: "decision",
  team_excluded: "decision",
  team_refused: "decision",
  protest_filed: "decision",
  protest_decided: "decision",
  claim_recorded: "note",
  note_added: "note",
};

export function signOf(fact) {
  const missed = fact.type === "shoot_out_kick_taken" && fact.scored === false;
  const kind = missed ? "no-goal" : (SIGNS[fact.type] ?? "other");
  return h(`span.sign.${kind}${fact.card ? `.${fact.card}` : ""}`, {});
}

/** Say in a few words what a fact is; `match` names the sides, `count` how many alike. */
export function happened(fact, match, here, count = 1) {
  const variants = VARIANTS.filter((key) => fact[key] != null).flatMap((key) =>
    [fact[key], key].map((variant) => `${fact.type}.${variant}`),
  );
  const key = [...variants, fact.type].map((it) => `events.${it}`).find((it) => find(it) !== undefined);
  if (!key) return say("events.unheard", { type: fact.type });
  const [home, away] = match ? [here.team(match.home), here.team(match.away)] : ["?", "?"];
  return say(key, {
    home,
    away,
    team: { home, away }[fact.side] ?? "?",
    name: formed(fact, here) ?? fact.names?.full ?? fact.name ?? here.team(fact.team ?? fact.winner ?? ""),
    count: fact.minutes ?? count,
    points: signed(fact.points ?? 0),
    group: here.group(fact.group),
    order: Array.isArray(fact.order) ? orderWords(fact.order, here) : "",
  });
}

function formed({ type, group }, here) {
  return type === "group_formed" ? here.groups[group] : undefined;
}

function orderWords(order, here) {
  const tiers = order.map((tier) => [tier].flat().map((team) => here.team(team)));
  return tiers.map((teams) => teams.join(" = ")).join(", ");
}

/** Give what a person wrote about a fact. */
export function remark(fact) {
  return fact.reason || fact.says || fact.text || null;
}
