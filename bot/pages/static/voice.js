// What a screen reader is told. Two regions that exist, empty, from the start; the visible talk is not live.

const polite = document.getElementById("polite");
const assertive = document.getElementById("assertive");

// Less than a tenth of a second is lost on Android; much longer, and people walk into the copy.
const STAYS = 1000;
const GATHERS = 150;

let waiting = [];

function tell(region, sayings) {
  const told = document.createElement("p");
  for (const { text, lang } of sayings) {
    const part = document.createElement("span");
    if (lang) part.lang = lang;
    part.textContent = `${text} `;
    told.append(part);
  }
  region.append(told);
  setTimeout(() => told.remove(), STAYS);
}

/** Said when the reader has finished its sentence; what comes close together is said as one, in order. */
export function say(text, lang) {
  if (!waiting.length) {
    setTimeout(() => {
      tell(polite, waiting);
      waiting = [];
    }, GATHERS);
  }
  waiting.push({ text, lang });
}

/** Said at once: only for a message that did not go out. */
export function warn(text) {
  tell(assertive, [{ text }]);
}
