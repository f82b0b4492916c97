/* A page that stays true: it follows every topic it shows, and says whether it is live. */

import { change } from "./change.js";
import { notes, summary } from "./competition.js";
import { DECISIONS, latest } from "./feed.js";
import { Goals } from "./goals.js";
import { decisions, entries, heres, matchesIn, meet } from "./here.js";
import { clockOf, ended, fixtures, games, next, pitch, sources, timeline } from "./match.js";
import { h } from "./parts.js";
import { Live } from "./pitazo.js";
import { claimed, claims, order, questions, standings, status } from "./table.js";
import { clock, dated, say } from "./words.js";

// Only pages that show a bracket pay for it.
const WITH_BRACKET = '[data-draw="bracket"], [data-draw="alone"], [data-draw="short"]';
const drawsBracket = document.querySelector(WITH_BRACKET) !== null;
const { alone, bracket, short } = drawsBracket ? await import("./bracket.js") : {};

const FEED_EVENTS_MAX = 50;
const DECISIONS_MAX = 100;
const CLOCK_MS = 5_000;
const LOST_MS = 5_000;
const SELDOM_MS = 5_000;
const RENEWED_MS = 10 * 60_000;

const DRAW = {
  about: (view, here, { about }) => questions(openAbout(view, here, about.split(" ")), here),
  asked: (view, here) => questions(view?.open_questions, here, view?.group),
  alone,
  bracket,
  claimed,
  claims,
  ended,
  fixtures,
  games,
  next,
  notes,
  order,
  pitch,
  questions: (view, here) => questions(view?.questions, here),
  short,
  sources,
  standings,
  status,
  summary,
  timeline,
};

// What is open about tables and brackets, and about their matches.
function openAbout(view, { legs }, topics) {
  const all = new Set(topics.concat(topics.flatMap((topic) => legs[topic] ?? []).map((id) => `matches/${id}`)));
  return view?.questions.filter(({ about, group }) => all.has(about) || all.has(`standings/${group}`));
}

const live = new Live(document.querySelector('meta[name="pitazo-live"]').content);
const goals = new Goals(heres, tell, drawFeed);

// Views

const newest = new Map();
const feeds = new Set();

/** Listen to every topic that is shown, and to the feed of every competition. */
function follow() {
  for (const here of Object.values(heres)) {
    if (feeds.has(here)) continue;
    feeds.add(here);
    const told = (events, { whole }) => hear(here, events, whole);
    live.subscribe(here.competition, "feed", told, here.feed);
  }
  for (const element of document.querySelectorAll("[data-topic]")) {
    const { competition, topic, epoch, position } = element.dataset;
    const key = `${competition} ${topic}`;
    if (newest.has(key)) continue;
    newest.set(key, null);
    const told = (data, at) => {
      newest.set(key, { data, ...at });
      take(competition, topic, data, at.position);
    };
    live.subscribe(competition, topic, told, epoch && { epoch, position: Number(position) });
  }
}

function take(competition, topic, data, position) {
  const here = heres[competition];
  const groups = Object.keys(here.groups).length;
  const { closed, isSettled } = here;
  here.learn(data);
  if (here.isSettled !== isSettled || here.closed !== closed) renew();
  if (here.closed !== closed) showConnection();
  for (const { section } of matchesIn(data)) if (section) askSection(here, section);
  goals.see(competition, data, position);
  // What is no longer there, or has other groups, has another page.
  if (data === null) return renew();
  if (topic === "competition" && countGroups(data) !== groups) renew();
  for (const element of document.querySelectorAll(`[data-topic="${topic}"]`)) {
    if (element.dataset.competition !== competition) continue;
    if (element.dataset.draw) draw(element, data);
    else renew(Number(element.dataset.within ?? SELDOM_MS)); // Only the server draws it.
  }
}

function draw(element, data) {
  change(element, drawn(element, data));
}

/** Draw what an element shows from the data of its topic. */
export function drawn({ dataset }, data) {
  return DRAW[dataset.draw](data, heres[dataset.competition], dataset);
}

function countGroups({ stages }) {
  const sections = stages.flatMap((stage) => stage.sections);
  return sections.flatMap((section) => section.groups).length;
}

// The feed

function hear(here, events, whole) {
  const { competition } = here;
  const known = entries.filter((entry) => !whole || entry.competition !== competition);
  entries.splice(0, entries.length, ...known);
  for (const event of events) {
    const entry = { competition, event, score: null };
    entries.push(entry);
    const isKnown = decisions.some((one) => one.event.id === event.id);
    if (DECISIONS.has(event.type) && !isKnown) decisions.push(entry);
    if (!whole) goals.hear(entry);
    if (event.player && !here.people[event.player]) askNames(here, event.player);
    if (event.match && !here.matches[event.match]) askMatch(here, event.match);
  }
  const own = entries.filter((entry) => entry.competition === competition);
  const old = new Set(own.slice(0, -FEED_EVENTS_MAX));
  entries.splice(0, entries.length, ...entries.filter((entry) => !old.has(entry)));
  decisions.splice(0, decisions.length - DECISIONS_MAX);
  drawFeed();
}

function drawFeed() {
  for (const element of document.querySelectorAll("[data-feed]")) change(element, fed(element));
}

export function fed({ dataset: { feed, only } }) {
  return latest(only ? decisions : entries, heres, Number(feed));
}

// What the socket does not say: asked for once, and not by every viewer at the same moment

const SPREAD_MS = 2_000;
const requested = new Set();

async function ask(here, what) {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD_MS));
  try {
    const answer = await fetch(`/v1/competitions/${here.competition}/${what}`);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // Out of reach: it stays not known.
  }
}

function isNew(...what) {
  const key = what.join(" ");
  return !requested.has(key) && Boolean(requested.add(key));
}

async function askMatch(here, match) {
  if (!document.querySelector("[data-feed]") || !isNew(here.competition, match)) return;
  here.learn((await ask(here, `views/matches/${match}`))?.data);
  drawFeed();
}

async function askSection(here, section) {
  if (section in here.sections || !isNew(here.competition, "section", section)) return;
  const data = (await ask(here, `views/sections/${section}`))?.data;
  if (!data) return;
  here.sections[section] = `${data.stage_name} · ${data.name}`;
  renew();
}

async function askNames(here, player) {
  if (!isNew(here.competition, "person", player)) return;
  for (let next = ""; next !== null; ) {
    const found = await ask(here, `people?after=${next}`);
    for (const { person, name } of found?.people ?? []) here.people[person] = name;
    next = found?.next ?? null;
  }
  for (const [key, view] of newest) {
    if (view && key.startsWith(`${here.competition} matches/`)) redraw(document, key, view);
  }
  drawFeed();
}

// The page anew: for a new day, a new competition, a new group, a new version

let renewing = null;
let due = Infinity;

/** Ask for the page again, soon enough for whoever asks soonest. */
function renew(within = 2_000) {
  const at = Date.now() + within * (0.5 + Math.random());
  if (at >= due) return;
  clearTimeout(renewing);
  due = at;
  renewing = setTimeout(async () => {
    try {
      const answer = await fetch(location.href);
      if (answer.ok) replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // Out of reach: what is shown stays, and says since when.
    } finally {
      due = Infinity;
    }
  }, at - Date.now());
}

function replace(fresh) {
  const version = (page) => page.querySelector("link[rel=stylesheet]").getAttribute("href");
  const isOther = version(fresh) !== version(document);
  if (isOther || (!drawsBracket && fresh.querySelector(WITH_BRACKET))) return location.reload();
  meet(fresh);
  // What the socket has said since is newer than what was rendered.
  for (const [key, view] of newest) if (view?.data) redraw(fresh, key, view);
  for (const element of fresh.querySelectorAll("[data-feed]")) {
    element.replaceChildren(...fed(element));
  }
  for (const kept of [".date", "main"]) {
    const place = document.querySelector(kept);
    if (place) change(place, [...fresh.querySelector(kept).childNodes]);
  }
  follow();
}

function redraw(page, key, { data }) {
  const [competition, topic] = key.split(" ");
  for (const element of page.querySelectorAll(`[data-topic="${topic}"]`)) {
    if (element.dataset.competition !== competition || !element.dataset.draw) continue;
    if (page === document) draw(element, data);
    else element.replaceChildren(...drawn(element, data).flat(Infinity).filter(Boolean));
  }
}

function renewOften() {
  setTimeout(() => {
    renew();
    renewOften();
  }, RENEWED_MS * (0.5 + Math.random()));
}

// Live or not, in words

const connection = document.getElementById("connection");
const zone = Object.values(heres)[0]?.time_zone ?? "UTC";
let lost = null;
let wasLost = false;

live.onstatus = ({ status, since }) => {
  const time = clock(since, zone);
  document.documentElement.dataset.status = status;
  showConnection();
  clearTimeout(lost);
  if (status === "live") {
    if (wasLost) tell(say("connection.back"));
    wasLost = false;
  } else {
    lost = setTimeout(() => {
      wasLost = true;
      tell(say(status === "behind" ? "connection.late" : "connection.lost", { time }));
    }, LOST_MS);
  }
};

/** Say whether the page is live; of what is over nobody has to know. */
function showConnection() {
  const { status, knownAt } = live;
  const all = Object.values(heres);
  const isOver = all.length > 0 && all.every(({ closed }) => closed);
  const kind = isOver && ["live", "connecting"].includes(status) ? "closed" : status;
  const words = kind === "closed" ? "states.closed" : `connection.${kind}`;
  const shown = h(`span.state.${kind}`, {}, say(words, { time: clock(knownAt, zone) }));
  connection.replaceChildren(shown);
}

const said = document.getElementById("said");
let sentences = [];

/** Say a sentence once to those who listen to the page; several at once as one. */
function tell(sentence) {
  sentences.push(sentence);
  if (sentences.length > 1) return;
  setTimeout(() => {
    said.textContent = sentences.join(" ");
    sentences = [];
  }, 200);
}

// A clock that nobody would stop does not run.
setInterval(() => {
  if (!["connecting", "live"].includes(live.status)) return;
  for (const element of document.querySelectorAll("[data-clock]")) {
    const minute = clockOf(...element.dataset.clock.split(" "));
    if (element.textContent !== (minute ?? "")) element.textContent = minute ?? "";
  }
}, CLOCK_MS);

// Paper says of when it is, not when the page was opened.
addEventListener("beforeprint", () => {
  const address = `${location.host}${location.pathname}`;
  const time = dated(live.knownAt, zone);
  document.querySelector(".printed").textContent = say("foot.print", { address, time });
});

follow();
live.start();
if (document.body.classList.contains("day")) renewOften();
