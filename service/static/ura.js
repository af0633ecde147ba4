// What a page does better with scripts; without them everything works all the same.
"use strict";

// Somebody whose form came back hears first what is wrong with it.
const wrong = document.querySelector(".error-summary");
if (wrong) wrong.focus();

// A second click on a button that sends something would only be refused.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
});

// Buttons that print appear only where they can.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
