/*
 * A goal is told once, in words, with the score it left, and so is its correction. The goal comes by the feed and the score
 * by a view, in either order; a score that may be that of a later goal is not put to this one.
 */

import { entries, matchesIn } from "./here.js";
import { goalsOf } from "./match.js";
import { say } from "./words.js";

const PATIENCE_MS = 3_000;
const CORRECTIONS = new Set(["event_amended", "event_cancelled"]);

export class Goals {
  #heres;
  #tell;
  #scored;
  #matches = new Map();
  #heard = new Map();
  #feeds = new Map();
  #waiting = new Map();

  /** `tell(sentence)` says a goal; `scored(entry)` is called when its score is known for sure. */
  constructor(heres, tell, scored) {
    this.#heres = heres;
    this.#tell = tell;
    this.#scored = scored;
  }

  /** Take the matches of a view that is true up to a position. */
  see(competition, data, position) {
    for (const match of matchesIn(data)) {
      const key = `${competition}/${match.match}`;
      const known = this.#matches.get(key)?.position ?? -1;
      if (known <= position) this.#matches.set(key, { position, goals: goalsOf(match) });
    }
    this.#look();
  }

  /** Take an event of a feed. */
  hear(entry) {
    const { competition, event } = entry;
    const key = `${competition}/${event.match}`;
    this.#heard.set(key, [...(this.#heard.get(key) ?? []).slice(-20), event.position]);
    this.#feeds.set(competition, event.position);
    if (event.type === "goal_scored" || correctsGoal(event)) {
      const late = setTimeout(() => this.#say(event.id, this.#seen(entry)?.goals), PATIENCE_MS);
      this.#waiting.set(event.id, { entry, late });
    }
    this.#look();
  }

  #seen({ competition, event }) {
    const seen = this.#matches.get(`${competition}/${event.match}`);
    return seen?.goals && seen.position >= event.position ? seen : null;
  }

  #look() {
    for (const [id, { entry }] of this.#waiting) {
      const { competition, event } = entry;
      const seen = this.#seen(entry);
      if (!seen || this.#feeds.get(competition) < seen.position) continue;
      const between = (position) => position > event.position && position <= seen.position;
      const scores = event.type === "goal_scored";
      if (scores && !this.#heard.get(`${competition}/${event.match}`).some(between)) {
        entry.score = seen.goals;
        this.#scored(entry);
      }
      this.#say(id, seen.goals);
    }
  }

  #say(id, goals) {
    const { entry, late } = this.#waiting.get(id);
    const { event, competition } = entry;
    clearTimeout(late);
    this.#waiting.delete(id);
    const here = this.#heres[competition];
    const sides = here.matches[event.match];
    // A page that does not show the match does not tell of it.
    if (!sides) return;
    const told = event.type === "goal_scored" ? "said" : "corrected";
    const key = [told, !goals && "no_score", told === "said" && event.minute == null && "no_minute"];
    const sentence = say(`goal.${key.filter(Boolean).join("_")}`, {
      home: here.team(sides.home),
      away: here.team(sides.away),
      team: here.team(sides[event.side]),
      minute: event.minute,
      home_goals: goals?.home,
      away_goals: goals?.away,
    });
    this.#tell(sentence);
  }
}

// Of a goal that the page has known.
function correctsGoal({ type, target }) {
  const known = CORRECTIONS.has(type) && entries.find(({ event }) => event.id === target);
  return Boolean(known) && known.event.type === "goal_scored";
}
