// The queue while it is looked at: answers without loading the page, and what others change.
// Rows come from the server as they stand on the page; nothing here makes up markup from data.
const list = document.getElementById("queue");
const notices = document.getElementById("notices");
const news = document.getElementById("show-new");
const nothing = document.getElementById("nothing");
const say = (text) => document.dispatchEvent(new CustomEvent("doorman-say", { detail: text }));
const rowOf = (file) => document.getElementById(`file-${file}`);
const waiting = new Map(); // rows that came since, by file, not shown yet

function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

function tell(row) {
  document.dispatchEvent(new CustomEvent("doorman-added", { detail: row }));
}

function put(row, html) {
  const fresh = parsed(html);
  row.replaceWith(fresh);
  tell(fresh);
  return fresh;
}

function isTouched(row) {
  return (
    row.contains(document.activeElement) ||
    row.querySelector("input[type=checkbox]").checked ||
    row.getAttribute("aria-busy") === "true"
  );
}

function count(files) {
  for (const each of document.querySelectorAll("#files, [data-files]")) each.textContent = files;
}

// --- answers

async function send(form, submitter) {
  const fields = new URLSearchParams(new FormData(form));
  if (submitter?.name) fields.set(submitter.name, submitter.value);
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "X-Doorman-Script": "1" },
    body: fields,
  });
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new Error(answer.status === 401 || answer.redirected ? "Sign in again." : "It was not understood.");
  }
  return { ok: answer.ok, told: await answer.json() };
}

function noticeOf(name, told) {
  const fresh = document.getElementById("answered").content.firstElementChild.cloneNode(true);
  fresh.querySelector("span").textContent = `${name}: ${told.message}.`;
  if (told.decision === null) fresh.querySelector("form").remove();
  else {
    fresh.querySelector("[name=file]").value = told.file;
    fresh.querySelector("[name=decision]").value = told.decision;
  }
  notices.replaceChildren(fresh);
  tell(fresh);
}

function leave(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const had = row.contains(document.activeElement) || document.activeElement === document.body;
  row.remove();
  if (had) (next ?? document.getElementById("main")).focus({ preventScroll: true });
  if (!list.children.length && nothing) nothing.hidden = false;
}

// A file whose candidate was rejected is decided about anew, in a moment: mostly it comes back with
// what else is offered, and then belongs where it was.
const LINGER_MS = 3000;

function linger(row) {
  const word = document.createElement("p");
  word.className = "small faint";
  word.textContent = "Looking at what else is offered…";
  row.querySelector(".answers").replaceWith(word);
  row.classList.add("lingers");
  if (row.contains(document.activeElement) || document.activeElement === document.body) {
    row.focus({ preventScroll: true });
  }
  setTimeout(() => {
    if (row.isConnected) leave(row);
  }, LINGER_MS);
}

function putBack(row, html) {
  const had = row.contains(document.activeElement);
  const fresh = put(row, html);
  if (had) fresh.focus({ preventScroll: true });
}

async function answer(form, submitter) {
  const row = form.closest("[data-file]");
  if (row.getAttribute("aria-busy") === "true") return;
  const name = row.querySelector("h2").textContent.trim();
  row.setAttribute("aria-busy", "true");
  try {
    const { ok, told } = await send(form, submitter);
    const had = row.contains(document.activeElement);
    if (told.row) {
      const fresh = put(row, told.row);
      if (had) fresh.focus({ preventScroll: true });
    } else if (ok && submitter?.value === "reject") linger(row);
    else leave(row);
    if (ok) noticeOf(name, told);
    say(ok ? `${name}: ${told.message}.` : `Nothing was changed: ${told.message}.`);
  } catch (error) {
    row.removeAttribute("aria-busy");
    say(`Nothing came back, so it may not have been done: ${error.message}`);
  }
  later();
}

async function retract(form) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const { ok, told } = await send(form);
    notices.replaceChildren();
    if (told.row && !rowOf(told.file)) {
      const fresh = parsed(told.row);
      list.prepend(fresh);
      if (nothing) nothing.hidden = true;
      waiting.delete(String(told.file));
      tell(fresh);
    }
    rowOf(told.file)?.focus();
    say(ok ? `Undone: ${told.message}.` : `Nothing was changed: ${told.message}.`);
  } catch (error) {
    form.removeAttribute("aria-busy");
    say(`Nothing came back, so it may not have been done: ${error.message}`);
  }
  later();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("#queue [data-answer]")) {
    event.preventDefault();
    answer(form, event.submitter);
  } else if (form.matches('#notices [data-action="undo"]')) {
    event.preventDefault();
    retract(form);
  }
});

// The cover beside the file's own pictures is that of the candidate that would be accepted.
document.addEventListener("change", (event) => {
  const radio = event.target;
  if (!radio.matches("#queue input[type=radio][name=candidate]")) return;
  const row = radio.closest("[data-file]");
  const cover = row.querySelector("[data-cover]");
  cover.src = `/pictures/${row.dataset.file}/${radio.value}/0`;
  row.querySelector(".which").textContent = radio.value;
});

// --- what others change

function markGone(row) {
  if (row.classList.contains("gone")) return;
  row.classList.add("gone");
  for (const each of row.querySelectorAll("button, input")) each.disabled = true;
  const word = document.createElement("p");
  word.className = "small";
  word.textContent = "This is settled by now.";
  row.querySelector(".answers").replaceWith(word);
}

function markChanged(row) {
  if (row.classList.contains("changed")) return;
  row.classList.add("changed");
  const word = document.createElement("p");
  word.className = "small notice";
  word.textContent = "It changed since you began; an answer will show you how.";
  row.querySelector(".answers").before(word);
}

function announceNew() {
  const fresh = waiting.size;
  if (news.hidden === (fresh === 0) && news.dataset.count === String(fresh)) return;
  news.dataset.count = fresh;
  news.hidden = fresh === 0;
  news.textContent = `${fresh} new`;
  if (fresh) say(`${fresh} new.`);
}

function showNew() {
  const before = document.documentElement.scrollHeight;
  const fresh = [...waiting.values()].map(parsed).sort((a, b) => b.dataset.since - a.dataset.since);
  waiting.clear();
  for (const row of document.querySelectorAll("#queue .gone")) if (!isTouched(row)) row.remove();
  list.prepend(...fresh);
  fresh.forEach(tell);
  if (nothing && fresh.length) nothing.hidden = true;
  if (window.scrollY > list.offsetTop) window.scrollBy(0, document.documentElement.scrollHeight - before);
  else fresh[0]?.focus({ preventScroll: true });
  announceNew();
}

async function look() {
  const held = [...list.children, ...[...waiting.values()].map(parsed)];
  const shown = held.map((row) => `${row.dataset.file}.${row.dataset.revision}`).join(" ");
  const address = new URL(list.dataset.rows, location.href);
  address.searchParams.set("shown", shown);
  const answer = await fetch(address);
  if (!answer.ok) return;
  const told = await answer.json();
  count(told.files);
  for (const each of told.rows) {
    const row = rowOf(each.file);
    if (!row) {
      if (list.dataset.later !== "yes") waiting.set(String(each.file), each.html);
    } else if (row.dataset.revision !== parsed(each.html).dataset.revision) {
      if (row.classList.contains("lingers")) putBack(row, each.html);
      else if (isTouched(row)) markChanged(row);
      else put(row, each.html);
    }
  }
  for (const file of told.gone) {
    waiting.delete(String(file));
    const row = rowOf(file);
    if (row && row.getAttribute("aria-busy") !== "true") markGone(row);
  }
  announceNew();
}

const PAUSE_MS = 300;
let timer = null;
let looking = false;

function later() {
  if (timer === null) timer = setTimeout(run, PAUSE_MS);
}

async function run() {
  if (looking) return (timer = setTimeout(run, PAUSE_MS));
  timer = null;
  looking = true;
  try {
    await look();
  } catch {
    // doorman cannot be reached; the stream of events says when it can again
  } finally {
    looking = false;
  }
}

const AGAIN_MS = 30000;

function listen() {
  const events = new EventSource("/events");
  events.addEventListener("queue", later);
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(() => { later(); listen(); }, AGAIN_MS);
  });
  addEventListener("pagehide", () => events.close(), { once: true });
}

news.addEventListener("click", showNew);
const all = document.getElementById("select-all");
if (all) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const boxes = [...list.querySelectorAll("input[type=checkbox]:not(:disabled)")];
    const wanted = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = wanted;
    say(wanted ? `${boxes.length} selected.` : "None selected.");
  });
}
listen();
