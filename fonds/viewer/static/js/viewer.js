// The viewer: which page is shown, the keys, the tools, and an address that always leads back here.

import { copy } from "./clipboard.js";
import { PageImage } from "./image.js";
import { PageList } from "./pagelist.js";
import { Strip } from "./strip.js";

const find = (id) => document.getElementById(id);
const data = JSON.parse(find("viewer-data").textContent);
const list = new PageList(data);
const say = (key, facts = {}) =>
  Object.entries(facts).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), data.texts[key]);

const image = new PageImage(find("canvas"), { onMoved: moved, onFailed: () => notice("notice.failed") });
const strip = new Strip(find("strip"), find("strip-track"), list, { view: data.view, images: data.images, go });

const titleAfter = document.title.slice(data.first.name.length);
const lasting = { page: data.page, panelTimer: 0, zoomTimer: 0, toastTimer: 0, turned: 0 };

// Pages

async function go(number, region = null) {
  if (number < 1 || number > data.total) return;
  const turn = (lasting.turned += 1);
  lasting.page = number;
  clearTimeout(lasting.zoomTimer);
  strip.select(number);
  links(number);
  const page = await list.get(number).catch(() => null);
  if (turn !== lasting.turned) return; // another page was asked for meanwhile
  if (!page) {
    image.close();
    notice("notice.failed");
    return;
  }
  show(page, region);
}

function show(page, region) {
  notice(page.state === "ok" ? "" : `notice.${page.state}`);
  if (page.state === "ok") image.open(`${data.images}${page.id}/info.json`, region);
  else image.close();
  document.title = page.name + titleAfter;
  find("where").textContent = page.name;
  find("live").textContent = say("announce.page", { name: page.name, n: page.n, total: data.total });
  remember(region);
  refreshPanel();
  warm(page.n + 1);
}

/** Ask for the next page before it is wanted: an access copy made for the first time takes a moment. */
async function warm(number) {
  if (number > data.total) return;
  const page = await list.get(number).catch(() => null);
  if (page?.state === "ok") fetch(`${data.images}${page.id}/info.json`, { priority: "low" }).catch(() => null);
}

function notice(key) {
  find("notice").hidden = !key;
  find("notice-text").textContent = key ? say(key) : "";
}

function links(number) {
  find("goto-page").value = number;
  const targets = { first: 1, previous: number - 1, next: number + 1, last: data.total };
  for (const [name, target] of Object.entries(targets)) {
    const link = document.querySelector(`.turner [data-do="${name}"]`);
    const possible = target >= 1 && target <= data.total && target !== number;
    if (possible) {
      link.href = `${data.view}?page=${target}`;
      link.removeAttribute("aria-disabled");
    } else {
      link.removeAttribute("href");
      link.setAttribute("aria-disabled", "true");
    }
  }
}

// The address: page and region

function address(region = image.region()) {
  return `${data.view}?page=${lasting.page}${region ? `#xywh=${region.join(",")}` : ""}`;
}

function remember(region) {
  history.replaceState(null, "", address(region));
}

function regionInAddress() {
  const found = /^#xywh=(?:pixel:)?(\d{1,7}),(\d{1,7}),([1-9]\d{0,6}),([1-9]\d{0,6})$/.exec(location.hash);
  return found ? found.slice(1).map(Number) : null;
}

function moved(zoomed) {
  const page = list.peek(lasting.page);
  if (page?.state !== "ok") return;
  remember(image.region());
  if (!zoomed) return; // a page that was just turned is announced by its name, not by its size
  clearTimeout(lasting.zoomTimer);
  const percent = image.percent();
  lasting.zoomTimer = setTimeout(() => (find("live").textContent = say("announce.zoom", { percent })), 500);
}

window.addEventListener("hashchange", () => {
  const region = regionInAddress();
  if (region) image.show(region);
});

// Tools

async function copied(text) {
  const done = await copy(text);
  toast(done ? say("copied") : say("copy.failed"));
}

function toast(text) {
  const element = find("toast");
  element.textContent = text;
  element.hidden = false;
  clearTimeout(lasting.toastTimer);
  lasting.toastTimer = setTimeout(() => (element.hidden = true), 2500);
}

function citation() {
  const sheet = list.peek(lasting.page)?.label ?? lasting.page;
  return data.citation.replace("{sheet}", sheet).replace("{url}", new URL(address(), location.href).href);
}

function toggle(name, open) {
  const element = find(name);
  element.hidden = open === undefined ? !element.hidden : !open;
  document.querySelector(`[data-do="${name}"]`).setAttribute("aria-expanded", String(!element.hidden));
  return !element.hidden;
}

function togglePanel(open) {
  const shown = toggle("panel", open);
  if (open === undefined) stored("fonds.panel", shown ? "open" : "closed");
  if (shown) refreshPanel();
}

function refreshPanel() {
  clearTimeout(lasting.panelTimer);
  if (find("panel").hidden) return;
  lasting.panelTimer = setTimeout(async () => {
    const number = lasting.page;
    const answer = await fetch(`${data.panel}?page=${number}`).catch(() => null);
    if (answer?.ok && number === lasting.page) find("panel").innerHTML = await answer.text();
  }, 200);
}

function stored(key, value) {
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null; // storage is switched off: nothing is remembered
  }
}

function adjusted() {
  image.adjust({
    brightness: Number(find("brightness").value),
    contrast: Number(find("contrast").value),
    invert: find("invert").checked,
  });
}

function reset() {
  find("brightness").value = find("contrast").value = 100;
  find("invert").checked = false;
  adjusted();
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => null);
}

const actions = {
  first: () => go(1),
  previous: () => go(lasting.page - 1),
  next: () => go(lasting.page + 1),
  last: () => go(data.total),
  in: () => image.zoom(1.5),
  out: () => image.zoom(1 / 1.5),
  fit: () => image.fit(),
  rotate: () => image.rotate(),
  up: () => image.move(0, -1),
  down: () => image.move(0, 1),
  left: () => image.move(-1, 0),
  right: () => image.move(1, 0),
  adjust: () => toggle("adjust"),
  invert: () => {
    find("invert").checked = !find("invert").checked;
    adjusted();
  },
  reset,
  panel: () => togglePanel(),
  fullscreen,
  goto: () => find("goto-page").select(),
  link: () => copied(new URL(address(), location.href).href),
  cite: () => copied(citation()),
  help: () => find("help").showModal(),
  escape: () => toggle("adjust", false),
};

const keys = {
  ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous", Home: "first", End: "last",
  "+": "in", "=": "in", "-": "out", 0: "fit", r: "rotate", b: "adjust", i: "invert", p: "panel", f: "fullscreen",
  g: "goto", l: "link", c: "cite", "?": "help", w: "up", a: "left", s: "down", d: "right", Escape: "escape",
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const name = keys[event.key] ?? keys[event.key.toLowerCase()];
  if (!name) return;
  event.preventDefault();
  actions[name]();
});

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-do]");
  if (!element || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  actions[element.dataset.do]();
});

/** What was typed is the number of a page, or the name of a sheet that is no number ("2a"). */
async function typed(text) {
  if (/^\d+$/.test(text)) return Number(text) <= data.total ? Number(text) : 0;
  return text ? list.find(text).catch(() => 0) : 0;
}

find("goto").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wanted = await typed(find("goto-page").value.trim());
  if (wanted) {
    go(wanted);
    find("canvas").querySelector(".openseadragon-canvas")?.focus();
  } else {
    toast(say("goto.none", { total: data.total }));
    links(lasting.page);
  }
});

for (const id of ["brightness", "contrast", "invert"]) find(id).addEventListener("input", adjusted);
if (!document.fullscreenEnabled) document.querySelector('[data-do="fullscreen"]').hidden = true;

const remembered = stored("fonds.panel");
togglePanel(remembered ? remembered === "open" && innerWidth > 768 : innerWidth >= 1280);
go(data.page, regionInAddress());
