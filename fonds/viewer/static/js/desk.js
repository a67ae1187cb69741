// The desk: what runs is renewed every few seconds; a paper is printed by a button.

const EVERY = 4000;
const running = document.getElementById("running");

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(running.dataset.from, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const said = await answer.text();
    // Unchanged text is left alone: a screen reader would tell it again.
    if (said !== renew.last) {
      renew.last = said;
      running.innerHTML = said;
    }
  } catch {
    // The server is away; the next round asks again.
  }
}

if (running) setInterval(renew, EVERY);

document.getElementById("print")?.addEventListener("click", () => window.print());
