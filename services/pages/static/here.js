/* What a page knows of a competition to name things in it and to link them, as in `here.py`. */

const context = contextOf(document);

function contextOf(page) {
  return JSON.parse(page.getElementById("context").textContent);
}

export const { decisions, entries } = context;

export class Here {
  constructor(competition, known) {
    Object.assign(this, { competition, query: context.query }, known);
  }

  path(...steps) {
    return `/c/${[this.competition, ...steps].join("/")}${this.query}`;
  }

  /** Name a team as short as it is called. */
  team(id) {
    const team = this.teams[id];
    return team ? team.short || team.name : id;
  }

  /** Name a group so that no other of the competition is called the same. */
  group(id) {
    return this.groups[id] ?? id ?? "";
  }

  /** Say whether nothing is left to be played or decided, as far as the page knows all. */
  get isSettled() {
    const every = [...Object.keys(this.groups).map((id) => `standings/${id}`), ...Object.keys(this.settled)];
    return every.length > 0 && every.every((topic) => this.settled[topic]);
  }

  /** Name a section with its stage, where there are several. */
  section(id) {
    return this.sections[id] ?? id ?? "";
  }

  /** Name a match by its sides. */
  match(id) {
    const known = this.matches[id];
    return known ? `${this.team(known.home)} – ${this.team(known.away)}` : id;
  }

  /** Take names and matches from any view. */
  learn(data) {
    for (const team of namedIn(data ?? {})) this.teams[team.team] = team;
    for (const { match, group, home, away, ...one } of matchesIn(data)) {
      const day = one.kick_off ?? one.date ?? one.happened ?? null;
      this.matches[match] = { home: home.team ?? home, away: away.team ?? away, group, day };
      for (const team of [home, away]) if (team.team) this.teams[team.team] = team;
    }
    if (data?.regulations) this.closed = data.status === "closed";
    if (data?.rows) {
      this.settled[`standings/${data.group}`] = ["final", "unknown"].includes(data.status);
      const differs = data.claims.some((claim) => claim.differs);
      if (differs && !this.differing.includes(data.group)) this.differing.push(data.group);
    }
    const ties = tiesIn(data ?? {});
    if (ties.length) {
      const isDone = ({ status }) => ["decided", "unknown"].includes(status);
      this.settled[`bracket/${data.section}`] = ties.every(isDone);
      this.legs[`bracket/${data.section}`] = matchesIn(data).map(({ match }) => match);
    }
  }
}

// Teams that a view names, but for those of matches.
function namedIn({ rows = [], berths = [], ...data }) {
  const sides = tiesIn(data).flatMap(({ teams, slots }) => [...teams, ...slots.map(({ team }) => team)]);
  const holders = berths.flatMap(({ team, shared_by: shared = [] }) => [team, ...shared]);
  return [...rows, ...sides, ...holders].filter(Boolean);
}

// The view of a section only counts its ties.
function tiesIn({ rounds = [] }) {
  return rounds.flatMap(({ ties }) => (Array.isArray(ties) ? ties : []));
}

/** Give the matches of a view: its list of them, the one that it is, or a bracket's legs. */
export function matchesIn(data) {
  if (data?.rounds) return tiesIn(data).flatMap(({ legs }) => legs);
  if (Array.isArray(data?.matches)) return data.matches;
  return data?.home ? [data] : [];
}

export const heres = Object.fromEntries(
  Object.entries(context.competitions).map(([id, known]) => [id, new Here(id, known)]),
);

/** Take what a newer copy of this page knows. */
export function meet(page) {
  for (const [id, known] of Object.entries(contextOf(page).competitions)) {
    if (heres[id]) Object.assign(heres[id], known);
    else heres[id] = new Here(id, known);
  }
}
