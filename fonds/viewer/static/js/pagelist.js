// The pages of a dossier, fetched a slice at a time: a dossier can have thousands.

export class PageList {
  constructor(data) {
    this.total = data.total;
    this.slice = data.slice;
    this.address = data.pages;
    this.known = new Map([[data.page, data.first]]);
    this.asked = new Map();
  }

  /** The page if it is here already. */
  peek(number) {
    return this.known.get(number);
  }

  /** The page, fetched with its neighbours when it is not here yet. */
  async get(number) {
    if (!this.known.has(number)) await this.load(number);
    return this.known.get(number);
  }

  /** The number of the page of a sheet ("2a"), 0 when there is none. Looks through the whole list. */
  async find(label) {
    const plain = (text) => text.trim().toLowerCase().replace(/^0+(?=.)/, "");
    for (let start = 1; start <= this.total; start += this.slice) await this.load(start);
    for (const page of this.known.values()) if (plain(page.label) === plain(label)) return page.n;
    return 0;
  }

  load(number) {
    const start = Math.floor((number - 1) / this.slice) * this.slice + 1;
    if (!this.asked.has(start)) {
      const answer = this.fetch(start).catch((error) => {
        this.asked.delete(start);
        throw error;
      });
      this.asked.set(start, answer);
    }
    return this.asked.get(start);
  }

  async fetch(start) {
    const answer = await fetch(`${this.address}?from=${start}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    for (const page of (await answer.json()).pages) this.known.set(page.n, page);
  }
}
