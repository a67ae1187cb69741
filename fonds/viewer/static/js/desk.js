// The desk: what runs is renewed every few seconds; a paper is printed by a button.

const EVERY = 4000;
const running = document.getElementById("running");
const told = document.getElementById("told");

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(running.dataset.from, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    running.innerHTML = await answer.text();
    // A screen reader is told when a job begins, ends or stops, and not of every file.
    const { told: said } = running.querySelector("[data-told]").dataset;
    if (said !== told.textContent) told.textContent = said;
  } catch {
    // The server is away; the next round asks again.
  }
}

if (running) setInterval(renew, EVERY);

document.getElementById("print")?.addEventListener("click", () => window.print());
