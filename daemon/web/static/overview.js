// Keeps the overview fresh: what is marked as live is replaced, unless somebody is in it just then.
const EVERY_MS = 10_000;
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
  if (document.hidden) {
    return;
  }
  try {
    await renew();
  } catch {
    // The daemon is stopping, or the network is away; the next time will tell.
  }
}

setInterval(keepFresh, EVERY_MS);
document.addEventListener("visibilitychange", keepFresh);
