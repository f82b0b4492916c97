/* What a page knows of a competition to name things in it and to link them, as in `here.py`. */

const context = contextOf(document);

function contextOf(page) {
  return JSON.parse(page.getElementById("context").textContent);
}

export const entries = context.entries;

export class Here {
  constructor(competition, known) {
    Object.assign(this, { competition, query: context.query }, known);
  }

  path(kind, id) {
    return `/c/${this.competition}${kind ? `/${kind}/${id}` : ""}${this.query}`;
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

  /** Name a match by its sides. */
  match(id) {
    const known = this.matches[id];
    return known ? `${this.team(known.home)} – ${this.team(known.away)}` : id;
  }

  /** Take names and matches from any view. */
  learn(data) {
    for (const row of data?.rows ?? []) this.teams[row.team] = row;
    for (const { match, group, home, away } of matchesIn(data)) {
      this.matches[match] = { home: home.team, away: away.team, group };
      this.teams[home.team] = home;
      this.teams[away.team] = away;
    }
  }
}

/** Give the matches of a view: its list of them, or the one that it is. */
export function matchesIn(data) {
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
