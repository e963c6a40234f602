// What every page has: times in the reader's own clock, and a place where scripts say things.
// Everything else works without this script. Other scripts speak to it by events on the document,
// as they cannot import one another: their addresses change with their content.
const QUIET_AFTER_MS = 8000;
const live = document.getElementById("live");
let quiet = 0;

function tellTimes(within) {
  for (const each of within.querySelectorAll("time[datetime]")) {
    const at = new Date(each.dateTime);
    if (!Number.isNaN(at.valueOf())) {
      each.title = at.toLocaleString();
      each.textContent = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    }
  }
}

function say(text) {
  clearTimeout(quiet);
  live.textContent = text;
  quiet = setTimeout(() => { live.textContent = ""; }, QUIET_AFTER_MS);
}

document.addEventListener("doorman-say", (event) => say(event.detail));
document.addEventListener("doorman-added", (event) => tellTimes(event.detail));
tellTimes(document);
