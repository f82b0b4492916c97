/* Everything a page says, written by the same rules as `words.py`. */

const MINUS = "\u2212";
const language = document.documentElement.lang;
const { default: dictionary } = await import(`./words/${language}.js`);

export const UNKNOWN = "—";

/** Give the sentence at `section.name`, with its values filled in; `count` picks a form. */
export function say(key, values = {}) {
  let found = find(key);
  if (found === undefined) throw new Error(`no word for ${key} in ${language}`);
  if (typeof found === "object") found = values.count === 1 ? found.one : found.other;
  return found.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Give what stands at `section.name`, or undefined. */
export function find(key) {
  const dot = key.indexOf(".");
  return dot < 0 ? dictionary[key] : dictionary[key.slice(0, dot)]?.[key.slice(dot + 1)];
}

/** Join names as the language does: "A, B y C", and "A e Iquitos". */
export function listed(names, joint = "and") {
  if (names.length < 2) return names.join("");
  const last = names.at(-1);
  let word = say(joint);
  if (language === "es") word = spanishJoint(word, last);
  return say("names", { first: names.slice(0, -1).join(", "), joint: word, last });
}

function spanishJoint(word, following) {
  const start = following.toLowerCase().replace(/^h/, "");
  if (word === "y" && /^[ií](?![aeoáéó])/.test(start)) return "e";
  return word === "o" && /^[oó]/.test(start) ? "u" : word;
}

const SPANISH_OF = {
  del: ["grupo", "cuadrangular", "triangular", "hexagonal", "torneo"],
  "de la": ["región", "zona", "llave", "serie", "liga", "etapa", "fase", "final", "semifinal"],
  "de las": ["semifinales"],
  "de los": ["octavos", "cuartos", "dieciseisavos"],
};

/** Join a name to what belongs to it: "del Grupo B", "de la Región III", "of Group B". */
export function of(name) {
  if (language !== "es") return say("of", { name });
  const first = name.split(" ")[0].toLowerCase();
  const found = Object.entries(SPANISH_OF).find(([, nouns]) => nouns.includes(first));
  return `${found?.[0] ?? "de"} ${name}`;
}

/** Write a rank: "2.º", "2nd". */
export function rank(n) {
  const teens = Math.floor((n % 100) / 10) === 1;
  return say("rank", { n, suffix: (!teens && { 1: "st", 2: "nd", 3: "rd" }[n % 10]) || "th" });
}

/** Write a difference with its sign: "+3", "−3", "0". */
export function signed(n) {
  const written = number(n);
  return ["0", MINUS, UNKNOWN].includes(written[0]) ? written : `+${written}`;
}

/** Write a number as it is printed: "3", "−3", "31/3"; a line for one that is not known. */
export function number(n) {
  return n === null ? UNKNOWN : String(n).replace("-", MINUS);
}

/** Write a minute as boards do, "45+2'"; nothing if it is not known. */
export function minute(fact) {
  if (fact.minute == null) return "";
  return `${fact.minute}${fact.stoppage ? `+${fact.stoppage}` : ""}'`;
}

/** Write an instant, or a date, month or range where no hour is known, as seen from now. */
export function when(time, zone) {
  const today = inZone(new Date(), zone);
  if (!time.includes("T")) return span(time, today);
  const local = inZone(new Date(time), zone);
  const date = shortDate(local, today);
  return date === shortDate(today, today) ? local.clock : `${date}, ${local.clock}`;
}

/** Write the day of an instant, "" for today, and its clock, "" where no hour is known. */
export function dayAndClock(time, zone) {
  const today = inZone(new Date(), zone);
  if (!time.includes("T")) return [span(time, today), ""];
  const local = inZone(new Date(time), zone);
  const day = shortDate(local, today);
  return [day === shortDate(today, today) ? "" : day, local.clock];
}

function span(date, today) {
  const days = date.split("/").map((one) => one.split("-").map(Number));
  const [[year, month, day]] = days;
  if (!day) return say("month_year", { month: dictionary.months[month - 1], year });
  const written = days.map(([year, month, day]) => shortDate({ year, month, day }, today));
  return [...new Set(written)].join(" – ");
}

export function clock(date, zone) {
  return inZone(date, zone).clock;
}

/** Write a date and time for paper, which does not know what day it is looked at. */
export function dated(date, zone) {
  const { day, month, year, clock } = inZone(date, zone);
  const name = dictionary.months[month - 1].slice(0, 3);
  return `${say("date_year", { day, month: name, year })}, ${clock}`;
}

function shortDate({ year, month, day }, today) {
  const key = year === today.year ? "date" : "date_year";
  return say(key, { day, month: dictionary.months[month - 1].slice(0, 3), year });
}

const formats = new Map();

function inZone(date, zone) {
  const found = Object.fromEntries(
    format(zone).formatToParts(date).map(({ type, value }) => [type, value]),
  );
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    clock: `${found.hour}:${found.minute}`,
  };
}

function format(zone) {
  if (!formats.has(zone)) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    let made;
    try {
      made = new Intl.DateTimeFormat("en-GB", { ...parts, hourCycle: "h23", timeZone: zone });
    } catch {
      made = new Intl.DateTimeFormat("en-GB", { ...parts, hourCycle: "h23", timeZone: "UTC" });
    }
    formats.set(zone, made);
  }
  return formats.get(zone);
}
