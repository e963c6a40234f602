// Takes one to the place in the draft that is wrong, and keeps a trial going to its end.
const draft = document.getElementById("draft");
const goOn = document.getElementById("go-on");
const GOING = "doorman-trial-goes-on";

function offset(line, column) {
  const before = draft.value.split("\n").slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

for (const each of document.querySelectorAll("[data-line]")) {
  each.addEventListener("click", (event) => {
    event.preventDefault();
    const at = offset(Number(each.dataset.line), Number(each.dataset.column));
    draft.focus();
    draft.setSelectionRange(at, at + 1);
  });
}

// Once somebody has said to go on, every page of that trial goes on by itself, until it is stopped.
function keepGoing() {
  const stop = document.createElement("button");
  stop.type = "button";
  stop.textContent = "Stop";
  const next = setTimeout(() => goOn.requestSubmit(), 300);
  stop.addEventListener("click", () => {
    clearTimeout(next);
    sessionStorage.removeItem(GOING);
    stop.remove();
  });
  goOn.append(stop);
}

if (goOn) {
  goOn.addEventListener("submit", () => sessionStorage.setItem(GOING, "yes"));
  if (sessionStorage.getItem(GOING)) {
    keepGoing();
  }
} else {
  sessionStorage.removeItem(GOING);
}
document.getElementById("try").addEventListener("submit", () => sessionStorage.removeItem(GOING));
