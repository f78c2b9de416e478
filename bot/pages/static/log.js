// The visible talk: its entries in order, their choices, and what is scrolled into sight.

const entries = document.getElementById("entries");
const composer = document.getElementById("composer");
const news = document.getElementById("news");
const count = document.getElementById("unseen");
const templates = ["citizen", "assistant", "choice"].map((id) => document.getElementById(id).content);
const [citizen, assistant, choice] = templates.map((content) => content.firstElementChild);
const LINK = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;

let unseen = [];

/** Everything that carries words: the page, and what its next entries are made from. */
export const roots = [document, ...templates];

export function find(sequence) {
  return entries.querySelector(`[data-sequence="${sequence}"]`);
}

/** Bullets and the last four characters, as the server masks it. */
export function mask(text) {
  const kept = text.length > 8 ? text.slice(-4) : "";
  return "•".repeat(text.length - kept.length) + kept;
}

/** The citizen's own message, shown before the server has it. It stays at the end until it is settled. */
export function draft(text) {
  const entry = citizen.cloneNode(true);
  entry.querySelector(".text").textContent = text;
  entry.dataset.sequence = Infinity;
  entries.append(entry);
  moveEnd(entry);
  return entry;
}

/** An entry as it came from the server. */
export function build({ sender, text, html_tag, choices, answered, payment }) {
  const entry = (sender === "citizen" ? citizen : assistant).cloneNode(true);
  const said = entry.querySelector(".said");
  if (html_tag) said.lang = html_tag;
  said.querySelector(".text").append(...(sender === "citizen" ? [text] : linked(text)));
  if (sender === "citizen") moveEnd(entry);
  else {
    lead(entry.querySelector(".payment"), payment);
    offer(said.querySelector(".choices"), choices);
  }
  if (answered) retire(entry);
  return entry;
}

/** Puts an entry where its sequence belongs. */
export function settle(entry, sequence) {
  entry.dataset.sequence = sequence;
  const isLater = ({ dataset }) => Number(dataset.sequence) > sequence;
  entries.insertBefore(entry, [...entries.children].find(isLater) ?? null);
}

/** The choices of all entries before this place are answered. */
export function use(sequence) {
  [...entries.children].filter(({ dataset }) => Number(dataset.sequence) < sequence).forEach(retire);
}

/** Choices that no longer count stay where they are, under nobody's moving finger, but cannot be pressed. */
function retire(entry) {
  for (const button of entry.querySelectorAll(".choice")) {
    button.setAttribute("aria-disabled", "true");
    button.tabIndex = -1;
  }
}

/** Whether the newest entry is in sight, so that moving on takes nobody away from what they read. */
export function isAtEnd() {
  const newest = entries.lastElementChild;
  return !newest || newest.getBoundingClientRect().bottom < composer.getBoundingClientRect().top + 80;
}

export function show(entry) {
  const room = composer.getBoundingClientRect().top;
  const block = entry.getBoundingClientRect().height > room - 32 ? "start" : "nearest";
  entry.scrollIntoView({ block });
}

/** Tells of entries that came while the reader was elsewhere on the page. */
export function keepUnseen(entry) {
  unseen.push(entry);
  count.textContent = unseen.length;
  news.hidden = false;
}

function forgetUnseen() {
  unseen = [];
  news.hidden = true;
}

function offer(form, choices) {
  if (!choices.length) return form.remove();
  form.querySelector("ul").append(
    ...choices.map(({ id, label }, place) => {
      const item = choice.cloneNode(true);
      const button = item.querySelector("button");
      button.value = id;
      button.textContent = `${place + 1} – ${label}`;
      return item;
    }),
  );
}

function lead(line, payment) {
  if (payment) line.querySelector("a").href = payment;
  else line.remove();
}

function linked(text) {
  return text.split(LINK).map((part, place) => {
    if (place % 2 === 0) return part;
    return Object.assign(document.createElement("a"), { href: part, rel: "noreferrer", textContent: part });
  });
}

function moveEnd(entry) {
  document.getElementById("end")?.removeAttribute("id");
  entry.id = "end";
}

news.addEventListener("click", () => {
  const [first] = unseen;
  forgetUnseen();
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "start" });
});

addEventListener("scroll", () => unseen.length && isAtEnd() && forgetUnseen(), { passive: true });

// What is sticky must not hide what has the focus.
new ResizeObserver(() => {
  const isSticky = getComputedStyle(composer).position === "sticky";
  document.documentElement.style.setProperty("--dock", `${isSticky ? composer.offsetHeight : 0}px`);
}).observe(composer);
