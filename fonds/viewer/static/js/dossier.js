// The dossier page works without this; it only adds a button that copies the citation.

import { copy } from "./clipboard.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const label = button.querySelector("span");
  const before = label.textContent;
  button.addEventListener("click", async () => {
    const done = await copy(document.querySelector(button.dataset.copy).textContent.trim());
    label.textContent = done ? button.dataset.done : before;
    setTimeout(() => (label.textContent = before), 2500);
  });
}
