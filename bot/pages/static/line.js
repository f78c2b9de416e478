// The line to the server: messages out, one at a time and in order; entries in. Survives a lost connection and a reload.

const KEPT = "komshi.queue";
const MOST = 20;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;
const PATIENCE = 20000;

/** Pauses that grow by half, a little apart from everybody else's, and end early when there is hope. */
class Pause {
  length = FIRST_PAUSE;
  end = () => {};

  async take() {
    const jittered = this.length * (0.9 + Math.random() * 0.2);
    this.length = Math.min(this.length * 1.5, LONGEST_PAUSE);
    await new Promise((end) => {
      this.end = end;
      setTimeout(end, jittered);
    });
  }

  reset() {
    this.length = FIRST_PAUSE;
  }
}

export class Line {
  // `on` has entry(entry), sent(item, sequence), unsent(item), refused(item, detail), connected(whether).
  constructor({ last, isKnown, language, on }) {
    Object.assign(this, { last, isKnown, language, on });
    this.queue = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    this.held = null;
    this.isSending = false;
    this.isConnected = true;
    this.failures = 0;
    this.sendPause = new Pause();
    this.listenPause = new Pause();
    addEventListener("offline", () => this.heard(false));
    addEventListener("online", () => this.hope());
  }

  start() {
    if (this.isKnown) this.listen();
    this.flush();
  }

  get isFull() {
    return this.queue.length >= MOST;
  }

  send(item) {
    this.queue.push(item);
    this.keep();
    this.flush();
  }

  /** What still waits survives a reload, except a private answer. */
  keep() {
    const open = this.queue.filter((item) => !item.isPrivate);
    sessionStorage.setItem(KEPT, JSON.stringify(open));
  }

  async flush() {
    if (this.isSending) return;
    this.isSending = true;
    while (this.queue.length) {
      const isDone = await this.attempt(this.queue[0]);
      if (isDone) {
        this.queue.shift();
        this.keep();
        this.sendPause.reset();
      } else {
        this.on.unsent(this.queue[0]);
        await this.sendPause.take();
      }
    }
    this.isSending = false;
  }

  /** Whether the item is done with: taken, or refused for good. */
  async attempt(item) {
    // An answer may overtake the receipt of its question: it is held until the question has its place.
    this.held = [];
    const response = await this.post(item).catch(() => null);
    const body = await response?.json().catch(() => null);
    const isTaken = Boolean(response?.ok && body);
    const isRefused = response?.status >= 400 && response.status < 500 && response.status !== 429;
    this.heard(response !== null);
    if (isTaken) this.on.sent(item, body.sequence);
    if (isRefused) this.on.refused(item, body?.detail);
    if (isTaken && !this.isKnown) this.listen();
    this.held.forEach((entry) => this.on.entry(entry));
    this.held = null;
    return isTaken || isRefused;
  }

  post({ id, text, choice }) {
    return fetch("/api/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": this.language },
      body: JSON.stringify({ client_msg_id: id, text: choice ? "" : text, choice, language: this.language }),
      // Older telephones do not know it, and wait for as long as their system does.
      signal: AbortSignal.timeout?.(PATIENCE),
    });
  }

  listen() {
    this.isKnown = true;
    this.source?.close();
    const source = new EventSource(`/api/events?after=${this.last}`);
    this.source = source;
    source.addEventListener("open", () => {
      this.failures = 0;
      this.listenPause.reset();
      this.heard(true);
      this.sendPause.end();
    });
    source.addEventListener("message", (event) => {
      this.last = Number(event.lastEventId);
      const entry = JSON.parse(event.data);
      if (this.held) this.held.push(entry);
      else this.on.entry(entry);
    });
    source.addEventListener("reset", () => location.reload());
    source.addEventListener("error", () => this.listenAgain(source));
  }

  async listenAgain(source) {
    // A browser that gives up was answered with an error; without a session only a new page helps.
    if (source.readyState === EventSource.CLOSED && (await this.isForgotten())) location.reload();
    source.close();
    this.failures += 1;
    // One short break is a server that restarts, and nobody's concern.
    if (this.failures > 1) this.heard(false);
    await this.listenPause.take();
    if (this.source === source) this.listen();
  }

  async isForgotten() {
    const response = await fetch(`/api/messages?after=${this.last}`).catch(() => null);
    return response?.status === 401;
  }

  heard(isConnected) {
    if (this.isConnected === isConnected) return;
    this.isConnected = isConnected;
    this.on.connected(isConnected);
  }

  hope() {
    if (this.isKnown) this.listen();
    this.sendPause.end();
  }
}
