/*
 * A viewer of Pitazo: subscribes to topics over one socket, goes on after a break from where it
 * was, never back, and says whether what it shows is live. It knows nothing of pages.
 *
 *     const live = new Live("wss://…/v1/live");
 *     // connecting, live, reconnecting, stopped; or behind: the feed goes on, the topics do not
 *     live.onstatus = ({ status, since }) => …;
 *     live.subscribe("copa-peru-2013", "live", (data, { epoch, position }) => …, since);
 *     live.subscribe("copa-peru-2013", "feed", (events, { whole }) => …, since);
 *     live.start();
 */

const SUBPROTOCOL = "pitazo.v1";
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 30_000;
const SETTLED_MS = 10_000;
const WELCOME_TIMEOUT_MS = 10_000;
const HEARTBEATS_MISSED_MAX = 2.5;
const ID_LENGTH_MAX = 64;
const WHOLE = new Set(["snapshot", "update"]);

export class Live {
  onstatus = () => {};
  status = "connecting";
  heardAt = new Date();
  caughtUpAt = new Date();

  #address;
  #subscriptions = new Map();
  #socket = null;
  #tries = 0;
  #retryAfter = 0;
  #retrying = null;
  #watchdog = null;
  #settled = null;
  #heartbeat = WELCOME_TIMEOUT_MS / HEARTBEATS_MISSED_MAX;

  constructor(address) {
    this.#address = address;
    addEventListener("online", () => this.#hurry());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Call `told` with the newest state of a topic, or with events of a feed (`whole`: anew). */
  subscribe(competition, topic, told, since = {}) {
    const id = this.#idFor(competition, topic);
    const subscription = { id, competition, topic, told, ...since, answered: false };
    this.#subscriptions.set(id, subscription);
    if (this.#open()) this.#ask(subscription);
  }

  start() {
    this.#connect();
  }

  // The same topic has the same id in every viewer, so that the gateway's frames are shared.
  #idFor(competition, topic) {
    const free = (id) => id.length <= ID_LENGTH_MAX && !this.#subscriptions.has(id);
    const named = [topic, `${topic}@${competition}`].find(free);
    return named ?? `s${this.#subscriptions.size}`;
  }

  // Connection

  #open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect() {
    clearTimeout(this.#retrying);
    this.#retrying = null;
    const socket = new WebSocket(this.#address, SUBPROTOCOL);
    this.#socket = socket;
    for (const subscription of this.#subscriptions.values()) {
      Object.assign(subscription, { answered: false, due: undefined });
    }
    // A socket that was given up may still have things to say.
    const heard = (act) => (event) => socket === this.#socket && act(event);
    socket.onopen = heard(() => this.#subscriptions.forEach((one) => this.#ask(one)));
    socket.onmessage = heard(({ data }) => this.#hear(JSON.parse(data)));
    socket.onclose = heard(({ code }) => this.#lost(code));
    this.#watch();
  }

  #ask(subscription) {
    const { id, competition, topic, epoch, position } = subscription;
    const since = epoch === undefined ? {} : { since: { epoch, position } };
    this.#socket.send(JSON.stringify({ type: "subscribe", id, competition, topic, ...since }));
  }

  #lost(code) {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#settled);
    this.#socket = null;
    // 4400 to 4409 say that the same again would end the same.
    if (code >= 4400 && code <= 4409) {
      this.#become("stopped");
      return;
    }
    this.#become("reconnecting");
    const longest = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    // All of it is chance, so that viewers who were cut off together do not come back together.
    this.#retrying = setTimeout(() => this.#connect(), this.#retryAfter + Math.random() * longest);
    this.#retryAfter = 0;
  }

  /** Reconnect at once where a person has come back to look. */
  #hurry() {
    if (this.#retrying) this.#connect();
    else if (this.#socket && Date.now() - this.heardAt > this.#patience()) this.#giveUp();
  }

  #patience() {
    return this.#heartbeat * HEARTBEATS_MISSED_MAX;
  }

  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#giveUp(), this.#patience());
  }

  /** Nothing was heard for too long: the connection is gone, whatever the socket believes. */
  #giveUp() {
    const silent = this.#socket;
    this.#lost(1006);
    silent?.close();
  }

  #become(status) {
    if (status === this.status) return;
    this.status = status;
    this.onstatus({ status, since: this.knownAt });
  }

  /** When what is shown was last known to be how it is. */
  get knownAt() {
    return this.status === "behind" ? this.caughtUpAt : this.heardAt;
  }

  // Messages

  #hear(message) {
    // That something failed does not tell that what is shown is how it is: no error delays giving up.
    if (message.type !== "error") {
      this.heardAt = new Date();
      this.#watch();
    }
    const subscription = this.#subscriptions.get(message.id);
    if (message.type === "welcome") this.#heartbeat = message.heartbeat_ms;
    else if (message.type === "heartbeat") this.#beat(message.positions);
    else if (message.type === "error") this.#failed(message, subscription);
    else if (WHOLE.has(message.type) && subscription) this.#take(message, subscription);
    else if (message.type === "event" && subscription) this.#takeEvent(message, subscription);
    if (message.type === "snapshot" || message.type === "resumed") this.#answered(subscription);
  }

  #take(message, subscription) {
    const { epoch = subscription.epoch, position, data } = message;
    // A snapshot answers what was held, and may say that the log has not come so far.
    if (message.type === "update" && position <= subscription.position) return;
    Object.assign(subscription, { epoch, position });
    if (subscription.topic === "feed") subscription.told(data.events, { whole: true, position });
    else subscription.told(data, { epoch, position });
  }

  #takeEvent({ position, event }, subscription) {
    if (position <= subscription.position) return;
    subscription.position = position;
    subscription.told([event], { whole: false, position });
  }

  /** What the feed had told at one heartbeat, every topic has followed by the next; or it lags. */
  #beat(positions) {
    const feeds = [...this.#subscriptions.values()].filter(({ topic }) => topic === "feed");
    const lags = feeds.some(({ competition, due }) => positions[competition] < due);
    for (const feed of feeds) feed.due = feed.position;
    if (!lags) this.caughtUpAt = new Date();
    if (this.#isAnswered()) this.#become(lags ? "behind" : "live");
  }

  #isAnswered() {
    return [...this.#subscriptions.values()].every((one) => one.answered);
  }

  #answered(subscription) {
    if (subscription) subscription.answered = true;
    if (!this.#isAnswered()) return;
    if (this.status !== "behind") this.#become("live");
    // Only a connection that lasts shows that the gateway is well.
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => (this.#tries = 0), SETTLED_MS);
  }

  #failed({ retry_after_ms: retryAfter }, subscription) {
    if (!subscription) {
      this.#retryAfter = retryAfter ?? 0;
    } else if (retryAfter === undefined) {
      // Asked again it would fail again; what the page shows of it stays as it is.
      this.#subscriptions.delete(subscription.id);
      if (this.#subscriptions.size) this.#answered();
      else this.#become("stopped");
    } else {
      const socket = this.#socket;
      const again = () => socket === this.#socket && this.#open() && this.#ask(subscription);
      setTimeout(again, retryAfter * (1 + Math.random()));
    }
  }
}
