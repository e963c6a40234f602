// Keeps the overview fresh: what is marked as live is replaced, unless somebody is in it just then.
const AGAIN_MS = 30_000;
let seen = document.getElementById("overview").dataset.seen;
let isRenewing = false;
let isWanted = false;
const shown = new WeakMap();

function replace(old, renewed) {
  const text = renewed.innerHTML;
  if (shown.get(old) === text || old.contains(document.activeElement)) {
    return;
  }
  shown.set(old, text);
  old.replaceChildren(...renewed.childNodes);
  document.dispatchEvent(new CustomEvent("doorman-added", { detail: old }));
}

async function renew() {
  const answer = await fetch("/overview", { redirect: "error" });
  if (!answer.ok) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const renewed = fresh.getElementById(old.id);
    if (renewed) {
      replace(old, renewed);
    }
  }
}

async function keepFresh() {
  isWanted = true;
  if (document.hidden || isRenewing) {
    return;
  }
  isRenewing = true;
  try {
    while (isWanted) {
      isWanted = false;
      await renew();
    }
  } catch {
    // The daemon is stopping, or the network is away; the stream of events says when it is back.
  } finally {
    isRenewing = false;
  }
}

function listen() {
  const events = new EventSource("/overview/events");
  events.addEventListener("overview", (event) => {
    if (event.data === seen) return; // just what the page was made of
    seen = event.data;
    keepFresh();
  });
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(() => { keepFresh(); listen(); }, AGAIN_MS);
  });
  addEventListener("pagehide", () => events.close(), { once: true });
}

listen();
addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
document.addEventListener("visibilitychange", keepFresh);
