// Goes on with the rest of a long answer by itself; without this script a person presses the button.
document.querySelector("form[data-continue]")?.requestSubmit();
