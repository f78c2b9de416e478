// The page with JavaScript: the same forms, sent without leaving the page.

import { Line } from "./line.js";
import * as log from "./log.js";
import { say, warn } from "./voice.js";

const DRAFT = "komshi.draft";
const SLOW = 2000;
const TOO_SLOW = 30000;
const NEWS_STAYS = 5000;

const page = JSON.parse(document.getElementById("page").textContent);
const [composer, text, error, connection, writing, privately, keys] = [
  "composer", "text", "error", "connection", "writing", "private", "keys",
].map((id) => document.getElementById(id));

const drafts = new Map();
let pressedBy = "";
let slow = [];
let missed = 0;

const line = new Line({
  last: page.last,
  isKnown: page.isKnown,
  language: page.language,
  on: { entry: receive, sent, unsent, refused, connected },
});

// What comes in

function receive(entry) {
  if (log.find(entry.sequence) || !entry.text) return;
  const isPrivate = composer.hasAttribute("data-private");
  if (entry.sender === "assistant") return hear(entry);
  log.use(entry.sequence);
  log.settle(log.build(isPrivate ? masked(entry) : entry), entry.sequence);
}

function hear(entry) {
  const isNear = log.isAtEnd();
  const built = log.build(entry);
  log.settle(built, entry.sequence);
  stopWaiting();
  say(entry.spoken, entry.html_tag);
  askPrivately(entry.asks_private);
  speakIn(entry.language);
  if (isNear) log.show(built);
  else log.keepUnseen(built);
  if (document.hidden) missed += 1;
  entitle();
}

function connected(isConnected) {
  connection.dataset.word = isConnected ? "connected_again" : "no_connection";
  connection.textContent = page.words[connection.dataset.word];
  connection.hidden = false;
  say(connection.textContent);
  if (isConnected) setTimeout(() => (connection.hidden = line.isConnected), NEWS_STAYS);
  else stopWaiting();
}

function waitForAnswer() {
  stopWaiting();
  const tell = () => {
    const isNear = log.isAtEnd();
    writing.hidden = false;
    say(page.words.writing);
    if (isNear) log.show(writing);
  };
  slow = [setTimeout(tell, SLOW), setTimeout(stopWaiting, TOO_SLOW)];
}

function stopWaiting() {
  slow.forEach(clearTimeout);
  writing.hidden = true;
}

// What goes out

function send(item) {
  if (line.isFull) {
    complain(page.words.full);
    return false;
  }
  const whole = { id: newId(), ...item };
  log.show(draw(whole, page.words.sending));
  line.send(whole);
  return true;
}

function draw(item, state) {
  const drawn = log.draft(item.isPrivate ? masked(item).text : item.text);
  drafts.set(item.id, drawn);
  mark(item, state);
  return drawn;
}

function mark(item, state) {
  drafts.get(item.id).querySelector(".state").textContent = state;
}

function take(item) {
  const drawn = drafts.get(item.id);
  mark(item, "");
  drafts.delete(item.id);
  return drawn;
}

function sent(item, sequence) {
  const drawn = take(item);
  if (log.find(sequence)) drawn.remove();
  else log.settle(drawn, sequence);
  log.use(sequence);
  waitForAnswer();
}

function unsent(item) {
  mark(item, page.words.not_sent_yet);
  if (!item.isWarned) warn(page.words.not_sent);
  item.isWarned = true;
}

function refused(item, detail) {
  take(item).remove();
  text.value ||= item.text;
  complain(detail ?? page.words.broken);
}

function masked(item) {
  return { ...item, text: log.mask(item.text) };
}

function newId() {
  // Not randomUUID, which a page without https does not have.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The citizen's hands

function write() {
  const written = text.value.trim();
  if (!written) return complain(page.words.empty);
  if ([...written].length > page.limit) return complain(page.words.too_long);
  if (!send({ text: written, isPrivate: composer.hasAttribute("data-private") })) return;
  text.value = "";
  keepDraft();
  complain("");
  text.focus();
}

function press(button) {
  if (button.getAttribute("aria-disabled")) return;
  if (button.name !== "choice") return send({ text: button.value });
  if (!send({ text: button.textContent.replace(/^\d+ – /, ""), choice: button.value })) return;
  log.use(Infinity);
  // A finger would get the screen keyboard in its way; the used choice is still there to stand on.
  if (pressedBy !== "touch") text.focus({ preventScroll: true });
}

function complain(words) {
  error.textContent = words;
  error.hidden = !words;
  if (words) text.setAttribute("aria-invalid", "true");
  else text.removeAttribute("aria-invalid");
  describe();
  if (words) text.focus();
}

function askPrivately(isPrivate) {
  composer.toggleAttribute("data-private", isPrivate);
  privately.hidden = !isPrivate;
  text.autocomplete = isPrivate ? "off" : "on";
  text.autocapitalize = isPrivate ? "off" : "sentences";
  text.spellcheck = !isPrivate;
  keepDraft();
  describe();
}

function describe() {
  const told = [error, privately, keys].filter((item) => !item.hidden);
  text.setAttribute("aria-describedby", told.map(({ id }) => id).join(" "));
}

function keepDraft() {
  if (composer.hasAttribute("data-private")) sessionStorage.removeItem(DRAFT);
  else sessionStorage.setItem(DRAFT, text.value);
}

// Words

async function speakIn(language) {
  if (language === page.language) return;
  line.language = page.language = language;
  const response = await fetch(`/api/words?language=${encodeURIComponent(language)}`).catch(() => null);
  if (!response?.ok) return;
  const { html_tag, words } = await response.json();
  page.words = words;
  document.documentElement.lang = html_tag;
  log.roots.forEach(reword);
  entitle();
}

function reword(root) {
  for (const item of root.querySelectorAll("[data-word]")) {
    item.textContent = page.words[item.dataset.word];
    if (item.value) item.value = item.textContent;
  }
  for (const item of root.querySelectorAll("[data-word-label]")) {
    item.setAttribute("aria-label", page.words[item.dataset.wordLabel]);
  }
  for (const item of root.querySelectorAll("[data-language]")) {
    item.setAttribute("aria-current", item.dataset.language === page.language);
  }
}

function entitle() {
  const name = `${page.words.title} – ${page.words.brand}`;
  document.title = missed ? `(${missed}) ${name}` : name;
}

// The beginning

document.addEventListener("submit", (event) => {
  if (event.target.id === "forget") sessionStorage.clear();
  if (!event.target.matches("[data-talk]")) return;
  event.preventDefault();
  if (event.target === composer) write();
  else press(event.submitter);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[aria-disabled]")) event.preventDefault();
});
document.addEventListener("pointerdown", ({ pointerType }) => (pressedBy = pointerType));
document.addEventListener("keydown", () => (pressedBy = "keyboard"));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  missed = 0;
  entitle();
});

text.addEventListener("input", () => {
  keepDraft();
  if (!error.hidden) complain("");
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

keys.hidden = false;
describe();
document.getElementById("waiting")?.remove();
if (!composer.hasAttribute("data-private")) text.value ||= sessionStorage.getItem(DRAFT) ?? "";
for (const item of line.queue) draw(item, page.words.not_sent_yet);
if (page.isWaiting) waitForAnswer();
document.querySelector(".citizen#end")?.scrollIntoView();
line.start();
