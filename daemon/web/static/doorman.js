// What every page has: times in the reader's own clock. Everything else works without this script.
for (const each of document.querySelectorAll("time[datetime]")) {
  const at = new Date(each.dateTime);
  if (!Number.isNaN(at.valueOf())) {
    each.title = at.toLocaleString();
    each.textContent = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
}
