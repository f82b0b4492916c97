/*
 * A change is shown once and quietly: what is there is kept and altered, rows move to their new
 * place, a figure that changed is marked for five seconds, and nothing moves under a finger.
 */

const MARKED_MS = 5000;
const MOVING_MS = 350;

const KEPT = new Set(["data-changed", "open"]);

const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Make the children of an element like these. */
export function change(element, children) {
  whenFree(element, () => {
    const before = places(element);
    const fresh = element.cloneNode(false);
    fresh.append(...children.flat(Infinity).filter(Boolean));
    alterChildren(element, fresh);
    if (!still.matches) move(element, before);
  });
}

// What is there is altered, so that focus, selection and the reader's place stay

function alter(old, fresh) {
  const wasFigure = old.dataset.figure !== undefined && old.textContent !== fresh.textContent;
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !KEPT.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  alterChildren(old, fresh);
  if (wasFigure) mark(old);
}

// A blank that is wanted is made again; those that are there may only be how the page was written.
function alterChildren(old, fresh) {
  const kept = new Map();
  for (const child of [...old.childNodes]) {
    if (isBlank(child)) child.remove();
    else if (keyOf(child)) kept.set(keyOf(child), child);
  }
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const twin = key ? kept.get(key) : at && !keyOf(at) && alike(at, wanted) ? at : null;
    if (!twin) {
      old.insertBefore(wanted, at);
      continue;
    }
    kept.delete(key);
    if (twin === at) at = at.nextSibling;
    else old.insertBefore(twin, at);
    if (twin.nodeType === Node.TEXT_NODE) {
      if (twin.data !== wanted.data) twin.data = wanted.data;
    } else alter(twin, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function alike(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName;
}

function keyOf(node) {
  return node.dataset?.key;
}

function isBlank(node) {
  return node.nodeType === Node.COMMENT_NODE || (node.nodeType === Node.TEXT_NODE && !node.data.trim());
}

// Marks

const marks = new WeakMap();

function mark(element) {
  clearTimeout(marks.get(element));
  element.setAttribute("data-changed", "");
  marks.set(element, setTimeout(() => element.removeAttribute("data-changed"), MARKED_MS));
}

// Movement

function places(element) {
  const keyed = [...element.querySelectorAll("[data-key]")];
  return new Map(keyed.map((child) => [child, child.getBoundingClientRect().top]));
}

function move(element, before) {
  const from = element.getBoundingClientRect().top;
  for (const child of element.querySelectorAll("[data-key]")) {
    const was = before.get(child);
    if (was === undefined || child.parentElement.closest("[data-key]")) continue;
    const by = was - child.getBoundingClientRect().top;
    if (Math.abs(by) < 1 || !Number.isFinite(from)) continue;
    child.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], {
      duration: MOVING_MS,
      easing: "cubic-bezier(.2, .7, .2, 1)",
    });
  }
}

// Under a finger

let pressed = false;
const waiting = new Map();

/** Do it now, or when the finger is lifted; of two changes to one element the later counts. */
function whenFree(element, doIt) {
  if (pressed) waiting.set(element, doIt);
  else doIt();
}

function release() {
  pressed = false;
  // A click comes after the finger is lifted, and must find what it was meant for.
  setTimeout(() => {
    if (pressed) return;
    const changes = [...waiting.values()];
    waiting.clear();
    for (const doIt of changes) doIt();
  }, 100);
}

addEventListener("pointerdown", () => (pressed = true), true);
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, release, true);
