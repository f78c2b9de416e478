// Two phones and the calls behind them. Asks for what is new twice a second, and draws only what has changed.

const PLATFORMS = { telegram: "Telegram", viber: "Viber" };
const EVERY = 500;
const MOST_ROWS = 200;
const TAGS = { bold: "strong", italic: "em", code: "code", pre: "code", underline: "u", strikethrough: "s" };
const MEDIA = { photo: "Photo", picture: "Photo", voice: "Voice message", document: "Document", file: "File" };

const phones = {};
let place = "0.0.0.0";

function element(tag, classes, ...content) {
  const made = document.createElement(tag);
  made.className = classes;
  made.append(...content);
  return made;
}

// Offsets count UTF-16 units, as those of a string here do. Overlapping entities are drawn by the first of them.
function formatted(text, entities) {
  const pieces = [];
  let end = 0;
  for (const { type, offset, length, url } of [...entities].sort((one, other) => one.offset - other.offset)) {
    if (offset < end) continue;
    const inside = text.slice(offset, offset + length);
    pieces.push(text.slice(end, offset), TAGS[type] ? element(TAGS[type], "", inside) : url ? `${inside} (${url})` : inside);
    end = offset + length;
  }
  return [...pieces, text.slice(end)];
}

function phone(platform, choices) {
  const root = document.querySelector("#phone").content.firstElementChild.cloneNode(true);
  const find = (selector) => root.querySelector(selector);
  const who = find("[data-choice=who]");
  const state = find(".state");
  const lines = find(".screen");
  let drawn = "";

  root.setAttribute("aria-label", PLATFORMS[platform]);
  find("h2").textContent = PLATFORMS[platform];
  for (const select of root.querySelectorAll("select")) {
    select.append(...choices[select.dataset.choice].map(([value, words]) => new Option(words, value)));
  }

  async function act(name, said = {}) {
    const body = JSON.stringify(said);
    const answer = await fetch(`/${platform}/${who.value}/${name}`, { method: "POST", body });
    state.textContent = answer.ok ? "" : (await answer.json()).error;
    await ask();
  }

  function button({ label, what, message }) {
    const made = element("button", "", label);
    made.type = "button";
    made.addEventListener("click", () => act("press", { what, message }));
    return made;
  }

  const rows = (keyboard) => keyboard.map((row) => element("div", "row", ...row.map(button)));

  function line({ id, mine, text, entities, media, picture, buttons }) {
    const said = element("div", "said");
    if (picture) {
      const image = element("img", "");
      image.src = `/${platform}/${who.value}/pictures/${id}`;
      image.alt = "Picture from komshi";
      said.append(image);
    } else if (MEDIA[media]) {
      said.append(`${MEDIA[media]}. `);
    }
    said.append(...formatted(text, entities));
    const name = mine ? who.selectedOptions[0].textContent : "komshi";
    return element("div", mine ? "line mine" : "line", element("div", "who", name), said, ...rows(buttons));
  }

  // A line that is there stays as it is, so that a screen reader speaks only of what is new.
  function drawLines(shown) {
    shown.forEach((each, index) => {
      const source = JSON.stringify([who.value, each]);
      const old = lines.children[index];
      if (old?.source === source) return;
      const made = line(each);
      made.source = source;
      if (old) old.replaceWith(made);
      else lines.append(made);
    });
    while (lines.children.length > shown.length) lines.lastElementChild.remove();
  }

  function draw(screen) {
    const next = JSON.stringify([who.value, screen]);
    if (next === drawn) return;
    drawn = next;
    const kept = root.contains(document.activeElement) ? document.activeElement : null;
    lines.setAttribute("aria-label", `${who.selectedOptions[0].textContent}'s screen`);
    drawLines(screen.lines);
    lines.scrollTop = lines.scrollHeight;
    find(".keyboard").replaceChildren(...rows(screen.keyboard));
    find(".keyboard").setAttribute("aria-label", `Buttons of ${PLATFORMS[platform]}`);
    find("[data-choice=spoken]").value = screen.language;
    const block = find("[data-act$=block]");
    block.dataset.act = screen.blocked ? "unblock" : "block";
    block.textContent = screen.blocked ? "Unblock the bot" : "Block the bot";
    state.textContent = screen.typing ? "komshi is typing …" : screen.notice;
    // A button that was pressed may be gone: whoever uses the keyboard goes on where words are written.
    if (kept && !kept.isConnected) find("[name=text]").focus();
  }

  who.addEventListener("change", ask);
  find("[data-choice=spoken]").addEventListener("change", (event) => act("language", { language: event.target.value }));
  find(".link").addEventListener("submit", (event) => {
    event.preventDefault();
    act("open", Object.fromEntries(new FormData(event.target)));
  });
  find(".write").addEventListener("submit", (event) => {
    event.preventDefault();
    act("write", Object.fromEntries(new FormData(event.target)));
    event.target.reset();
  });
  find(".tools").addEventListener("click", (event) => {
    if (event.target.dataset.act) act(event.target.dataset.act);
  });
  document.querySelector("#phones").append(root);
  return { who, draw };
}

function body(content) {
  if (content === null) return "";
  return element("details", "", element("summary", "", "Show"), element("pre", "", JSON.stringify(content, null, 2)));
}

function note(calls) {
  const table = document.querySelector("#calls");
  for (const { at, way, what, outcome, body: content } of calls) {
    const cells = [new Date(at).toLocaleTimeString("en-GB"), way, what, outcome, body(content)];
    table.prepend(element("tr", "", ...cells.map((cell) => element("td", "", cell))));
  }
  while (table.rows.length > MOST_ROWS) table.lastElementChild.remove();
  document.querySelector("#none").hidden = table.rows.length > 0;
  table.closest("table").hidden = table.rows.length === 0;
}

// One question at a time, so that no call is noted twice.
let asking = Promise.resolve();

function ask() {
  asking = asking.then(refresh, refresh);
  return asking;
}

async function refresh() {
  const asked = Object.entries(phones).map(([platform, { who }]) => [platform, who.value]);
  const answer = await fetch(`/state?${new URLSearchParams([...asked, ["after", place]])}`);
  const { screens, next, calls } = await answer.json();
  place = next;
  for (const [platform, screen] of Object.entries(screens)) phones[platform].draw(screen);
  note(calls);
}

const choices = await (await fetch("/choices")).json();
for (const platform of Object.keys(PLATFORMS)) phones[platform] = phone(platform, choices);

async function goOn() {
  try {
    await ask();
    document.title = "Komshi demo: Telegram and Viber";
  } catch {
    document.title = "The demo has ended";
  }
  setTimeout(goOn, EVERY);
}

goOn();
