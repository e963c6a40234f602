// The keys of the queue and of the file page. They press what is on the page and know nothing
// else, so whatever a key does can be done without it. Markup: [data-file] is a file's row or page;
// in it, [data-action] is what accepts, rejects, dismisses, skips or undoes, [data-candidate] is a
// candidate by its number, [data-open] leads to the file; [data-query] is what is searched for;
// [data-go=next] and [data-go=previous] lead to other files.
const dialog = document.getElementById("keys");
const say = (text) => document.dispatchEvent(new CustomEvent("doorman-say", { detail: text }));
const rows = () => [...document.querySelectorAll("[data-file]")];
let last = null;

document.addEventListener("focusin", (event) => {
  last = event.target.closest("[data-file]") ?? last;
});

function current() {
  const all = rows();
  const focused = document.activeElement?.closest("[data-file]");
  if (focused) return focused;
  if (last?.isConnected) return last;
  return all.length === 1 ? all[0] : null;
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const link = document.querySelector(`[data-go="${step > 0 ? "next" : "previous"}"]`);
  if (link) return link.click();
  const next = at < 0 ? all[0] : all[at + step];
  if (!next) return say(step > 0 ? "That was the last one on this page." : "That is the first one.");
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(found) {
  if (!found || found.disabled) return false;
  if (found instanceof HTMLFormElement) found.requestSubmit();
  else found.click();
  return true;
}

function act(name) {
  const row = current();
  if (!row) return say("Choose a file first, with j and k.");
  if (!press(row.querySelector(`[data-action="${name}"]`))) say(`There is nothing to ${name} here.`);
}

function choose(number) {
  const row = current();
  const found = row?.querySelector(`[data-candidate="${number}"]`);
  if (!found) return say(`There is no candidate ${number} here.`);
  const radio = found.matches("input") ? found : found.querySelector("input[type=radio]");
  if (!radio) return press(found.matches("a, button") ? found : found.querySelector("a, button"));
  const details = found.closest("details");
  if (details) details.open = true;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  say(`Candidate ${number} is chosen: ${(radio.closest("label") ?? found).textContent.trim()}`);
}

function undo() {
  const found =
    document.querySelector('.notice [data-action="undo"]') ??
    current()?.querySelector('[data-action="undo"]');
  if (!press(found)) say("There is nothing to undo here; History has everything.");
}

function edit() {
  const field = document.querySelector("[data-query]");
  if (!field) return;
  const details = field.closest("details");
  if (details) details.open = true;
  field.focus();
  field.select?.();
}

function open() {
  const link = current()?.querySelector("[data-open]");
  if (link) link.click();
}

function skip() {
  if (!press(current()?.querySelector('[data-action="skip"]'))) move(1);
}

const keys = {
  j: () => move(1), k: () => move(-1), a: () => act("accept"), r: () => act("reject"),
  d: () => act("dismiss"), s: skip, u: undo, e: edit, "?": () => dialog?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.repeat && !"jk".includes(event.key)) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]")) {
    if (event.key === "Escape" && target.matches("input")) target.blur();
    return;
  }
  if (event.key === "Enter") {
    if (target.closest("a, button, summary, input")) return;
    event.preventDefault();
    return open();
  }
  const found = /^[1-9]$/.test(event.key) ? () => choose(event.key) : keys[event.key];
  if (!found) return;
  event.preventDefault();
  found();
});

const help = document.getElementById("show-keys");
if (help && dialog) {
  help.hidden = false;
  help.addEventListener("click", () => dialog.showModal());
}
