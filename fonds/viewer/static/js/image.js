// The page image: deep zoom by OpenSeadragon, which is loaded beside this as a plain script.

const SHIFT = 0.15; // of the view, for one press of a moving key

export class PageImage {
  constructor(element, { onMoved, onFailed }) {
    quietStyles();
    this.viewer = new window.OpenSeadragon({
      element,
      drawer: "canvas",
      prefixUrl: "",
      showNavigationControl: false,
      animationTime: 0.45,
      minZoomImageRatio: 0.7,
      maxZoomPixelRatio: 4,
      visibilityRatio: 0.5,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      gestureSettingsTouch: { pinchRotate: false },
    });
    this.viewer.addHandler("canvas-key", (event) => {
      event.preventDefaultAction = true; // keys belong to the whole page, see viewer.js
    });
    this.viewer.addHandler("animation-finish", () => {
      this.whole = this.region() === null;
      onMoved(this.zoomed);
      this.zoomed = false;
    });
    for (const name of ["canvas-scroll", "canvas-pinch", "canvas-double-click"]) {
      this.viewer.addHandler(name, () => (this.zoomed = true));
    }
    this.viewer.addHandler("resize", () => {
      // What showed the whole page shows the whole page still, when the panel opens or the phone is turned.
      if (this.whole) requestAnimationFrame(() => this.item && this.viewer.viewport.goHome(true));
    });
    this.viewer.addHandler("open", () => {
      this.viewer.viewport.setRotation(0, true);
      if (this.wanted) this.show(this.wanted, true);
    });
    this.viewer.addHandler("open-failed", () => onFailed());
    this.whole = true; // the whole page is in sight
    this.zoomed = false; // the reader zoomed, not we
    this.filters = { brightness: 100, contrast: 100, invert: false };
  }

  /** Show the image described by `info`; `region` is [x, y, width, height] in pixels of the image, or null. */
  open(info, region) {
    this.wanted = region;
    this.whole = !region;
    this.viewer.open(info);
  }

  close() {
    this.viewer.close();
  }

  get item() {
    return this.viewer.world.getItemAt(0);
  }

  show([x, y, width, height], immediately = false) {
    if (!this.item) return;
    this.viewer.viewport.fitBounds(this.item.imageToViewportRectangle(x, y, width, height), immediately);
  }

  /** The part in sight as [x, y, width, height], or null when it is the whole page. */
  region() {
    const { viewport } = this.viewer;
    if (!this.item || viewport.getZoom() <= viewport.getHomeZoom() * 1.02) return null;
    const seen = this.item.viewportToImageRectangle(viewport.getBounds());
    const size = this.item.getContentSize();
    const [left, top] = [Math.max(0, seen.x), Math.max(0, seen.y)];
    const right = Math.min(size.x, seen.x + seen.width);
    const bottom = Math.min(size.y, seen.y + seen.height);
    return [left, top, right - left, bottom - top].map(Math.round);
  }

  /** Zoom in percent: 100 is one pixel of the scan on one pixel of the screen. */
  percent() {
    if (!this.item) return 0;
    return Math.round(this.item.viewportToImageZoom(this.viewer.viewport.getZoom()) * 100);
  }

  zoom(factor) {
    this.zoomed = true;
    this.viewer.viewport.zoomBy(factor);
    this.viewer.viewport.applyConstraints();
  }

  fit() {
    this.zoomed = true;
    this.viewer.viewport.goHome();
  }

  rotate() {
    this.viewer.viewport.rotateBy(90);
  }

  move(right, down) {
    const { viewport } = this.viewer;
    const bounds = viewport.getBounds();
    viewport.panBy(new window.OpenSeadragon.Point(right * bounds.width * SHIFT, down * bounds.height * SHIFT));
    viewport.applyConstraints();
  }

  adjust(filters) {
    Object.assign(this.filters, filters);
    const { brightness, contrast, invert } = this.filters;
    const parts = [];
    if (invert) parts.push("invert(1)");
    if (brightness !== 100) parts.push(`brightness(${brightness}%)`);
    if (contrast !== 100) parts.push(`contrast(${contrast}%)`);
    this.viewer.canvas.style.filter = parts.join(" ");
  }
}

// OpenSeadragon would add an inline style sheet, which our security policy refuses. It does not when it finds this mark,
// an element of that name which is no style sheet.
function quietStyles() {
  const mark = document.createElementNS(null, "style");
  mark.setAttribute("data-openseadragon-mobile-css", "true");
  document.head.append(mark);
}
