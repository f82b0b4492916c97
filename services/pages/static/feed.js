/* The last events, drawn as in `feed.py` and `feed.html`. */

import { happened, remark, signOf } from "./match.js";
import { h, nothing, state, tally } from "./parts.js";
import { dayAndClock, find, minute, say } from "./words.js";

const BULK = new Set([
  "team_entered", "person_named", "name_erased", "match_scheduled", "claim_recorded",
  "match_called_off", "group_formed",
]);

const SAID = new Set(["claim_recorded", "note_added"]);

/** What people decided, and no pitch. */
export const DECISIONS = new Set([
  "result_awarded", "result_annulled", "protest_decided", "tie_decided", "draw_held",
  "slot_assigned", "berth_granted", "rank_decided", "lots_drawn", "extra_match_ordered",
  "points_adjusted", "standings_finalised", "team_withdrawn", "team_excluded", "team_refused",
  "group_formed", "competition_closed", "competition_reopened",
]);

export function latest(entries, heres, shown) {
  const found = lines(entries, shown);
  if (!found.length) return [nothing("latest")];
  const several = Object.keys(heres).length > 1;
  let [of, before] = ["", ""];
  const drawn = found.map((line) => {
    const { competition, event } = line.entry;
    const here = heres[competition];
    const time = timeOf(event, here);
    let [day, clock] = time ? dayAndClock(time, here.time_zone) : ["", ""];
    // What a source says is of no day.
    if (!time) day = SAID.has(event.type) ? before : say("nothing.time");
    const isOther = several && competition !== of;
    const heading = (day !== before || isOther) && day;
    [of, before] = [competition, day];
    return [
      (heading || isOther) && whenLine(line.key, isOther && here, heading),
      entryLine({ ...line, time, clock }, here),
    ];
  });
  return [h("ol.feed", {}, drawn)];
}

function whenLine(key, here, day) {
  return h(
    "li.when",
    { "data-key": `when ${key}` },
    here && here.simulated && state("simulated"),
    here && h("a", { href: here.path() }, here.name),
    day && h("span", {}, day),
  );
}

/** Give when a fact was, as far as anybody knows: what was only reported was not when told. */
function timeOf(event, { matches }) {
  const known = event.occurred_at ?? event.occurred;
  if (known || [undefined, null, "observed"].includes(event.basis)) return known ?? event.recorded_at;
  return matches[event.match]?.day;
}

/** Give the newest first: what comes in bulk as one line, what was cancelled struck. */
function lines(entries, shown) {
  const newest = [...entries].sort(byAge);
  const byId = new Map(newest.map((entry) => [entry.event.id, entry.event]));
  const cancelled = new Set();
  const found = [];
  for (const entry of newest) {
    const { event } = entry;
    const struck = cancelled.has(event.id);
    if (event.type === "event_cancelled" && !struck) cancelled.add(event.target);
    const key = `${entry.competition}/${event.position}`;
    const last = found.at(-1);
    if (last && alike(last.entry, entry)) {
      last.count += 1;
      last.key = key;
      continue;
    }
    if (found.length === shown) break;
    found.push({ entry, count: 1, key, struck, target: byId.get(event.target) });
  }
  return found;
}

function byAge(one, other) {
  return (
    Date.parse(other.event.recorded_at) - Date.parse(one.event.recorded_at) ||
    (one.competition < other.competition ? 1 : one.competition > other.competition ? -1 : 0) ||
    other.event.position - one.event.position
  );
}

function alike(one, other) {
  const { type, about } = other.event;
  const same = one.competition === other.competition && one.event.type === type;
  return same && one.event.about === about && BULK.has(type);
}

function entryLine(line, here) {
  const { event } = line.entry;
  const match = line.count === 1 && here.matches[event.match];
  const said = line.count === 1 && remark(event);
  return h(
    `li.entry${line.struck ? ".struck" : ""}`,
    { "data-key": line.key },
    line.clock && h("time", { datetime: line.time }, line.clock),
    signOf(event),
    h(
      "span.what",
      {},
      h("span.headline", {}, headline(line, here)),
      minute(event) && h("span.minute", {}, minute(event)),
      here.people[event.player] && h("span.player", {}, here.people[event.player]),
      match && matchLine(line.entry, match, here),
      subjectOf(event, here),
      said && h("span.remark", {}, said),
    ),
  );
}

function matchLine(entry, match, here) {
  const goals = scored(entry);
  return h(
    "a.match",
    { href: here.path("matches", entry.event.match) },
    h("span.home", {}, here.team(match.home)),
    " ",
    goals ? tally(goals) : h("span.dash", {}, "–"),
    " ",
    h("span.away", {}, here.team(match.away)),
  );
}

function subjectOf({ about }, here) {
  const [topic, id] = (about ?? "").split("/");
  const link = (href, name) => h("a.match", { href }, name);
  if (topic === "standings") return link(`${here.path("groups", id)}#claims`, here.group(id));
  if (topic === "matches") return link(here.path("matches", id), here.match(id));
  if (["records", "scorers"].includes(topic)) return link(here.path("records"), say("headings.records"));
  if (topic === "teams") return link(here.path("clubs"), say("headings.clubs"));
  if (!["sections", "bracket"].includes(topic)) return null;
  return link(here.path("sections", id), here.section(id));
}

function headline({ entry, target, count }, here) {
  const { event } = entry;
  const key = `events.${event.type}.of`;
  if (target && find(key) !== undefined) {
    const what = happened(target, here.matches[target.match], here);
    return say(key, { what: minute(target) ? `${what}, ${minute(target)}` : what });
  }
  const [topic, group] = (event.about ?? "").split("/");
  if (event.type === "claim_recorded" && topic === "standings" && here.differing.includes(group)) {
    return say("events.claim_recorded.differs", { count });
  }
  return happened(event, here.matches[event.match], here, count);
}

function scored({ event, score }) {
  return Number.isInteger(event.home) ? { home: event.home, away: event.away } : score;
}
