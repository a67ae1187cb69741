// The strip of thumbnails. Only those in sight exist in the document, so 5,000 pages cost as much as 20.

const AHEAD = 4;
const SETTLE = 120; // ms of rest before pictures are asked for: a long throw of the strip asks for none on its way

export class Strip {
  constructor(strip, track, list, options) {
    Object.assign(this, { strip, track, list, ...options, current: 0, shown: new Map() });
    strip.addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => this.layout()).observe(strip);
    this.layout();
  }

  get flat() {
    return getComputedStyle(this.strip).overflowY === "hidden";
  }

  layout() {
    const flat = this.flat;
    this.size = flat ? 76 : 164;
    this.lying = flat;
    this.track.style.height = flat ? "100%" : `${this.size * this.list.total}px`;
    this.track.style.width = flat ? `${this.size * this.list.total}px` : "auto";
    for (const [number, link] of this.shown) this.place(link, number);
    this.reveal();
    this.draw();
  }

  later() {
    this.draw(false);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), SETTLE);
  }

  range() {
    const start = this.lying ? this.strip.scrollLeft : this.strip.scrollTop;
    const length = this.lying ? this.strip.clientWidth : this.strip.clientHeight;
    const first = Math.floor(start / this.size) + 1 - AHEAD;
    const last = Math.ceil((start + length) / this.size) + AHEAD;
    return [Math.max(1, first), Math.min(this.list.total, last)];
  }

  draw(settled = true) {
    const [first, last] = this.range();
    for (const [number, link] of this.shown) {
      if (number < first || number > last) {
        link.remove();
        this.shown.delete(number);
      }
    }
    for (let number = first; number <= last; number += 1) {
      if (!this.shown.has(number)) this.add(number);
      if (settled) this.fill(number);
    }
  }

  add(number) {
    const link = document.createElement("a");
    link.className = "thumb";
    link.href = `${this.view}?page=${number}`;
    link.tabIndex = number === this.current ? 0 : -1;
    link.innerHTML = '<span class="thumb-box"><span class="thumb-none"></span></span><span class="thumb-name"></span>';
    link.lastChild.textContent = number;
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.go(number);
    });
    this.place(link, number);
    this.mark(link, number);
    this.shown.set(number, link);
    this.track.append(link);
  }

  place(link, number) {
    const offset = `${(number - 1) * this.size}px`;
    link.style.left = this.lying ? offset : "";
    link.style.top = this.lying ? "" : offset;
  }

  mark(link, number) {
    if (number === this.current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }

  async fill(number) {
    let page = this.list.peek(number);
    if (!page) page = await this.list.get(number).catch(() => null);
    const link = this.shown.get(number);
    if (!page || !link || link.dataset.filled) return;
    link.dataset.filled = "yes";
    link.classList.add(`thumb-${page.state}`);
    link.lastChild.textContent = page.label;
    link.setAttribute("aria-label", page.name);
    if (page.state === "ok") this.picture(link.firstChild, page);
  }

  picture(box, page) {
    const image = new Image();
    image.alt = "";
    image.decoding = "async";
    image.addEventListener("load", () => box.replaceChildren(image));
    image.src = `${this.images}${page.id}/full/!240,320/0/default.jpg`;
  }

  select(number) {
    this.current = number;
    for (const [shown, link] of this.shown) {
      this.mark(link, shown);
      link.tabIndex = shown === number ? 0 : -1;
    }
    this.reveal();
    this.draw();
  }

  reveal() {
    if (!this.current) return;
    const start = this.lying ? this.strip.scrollLeft : this.strip.scrollTop;
    const length = this.lying ? this.strip.clientWidth : this.strip.clientHeight;
    const offset = (this.current - 1) * this.size;
    if (offset >= start && offset + this.size <= start + length) return;
    const target = offset - (length - this.size) / 2;
    this.strip.scrollTo(this.lying ? { left: target } : { top: target });
  }
}
