// What is drawn over the circle: pictures on their seats, the clock, and the words for those who listen.

/** @typedef {{ view: HTMLElement, video: HTMLVideoElement }} Sight */

const PLACED = /^(?:at-|of-|inner$|two-rings$|turn-)/;
const AROUND = 251.3;

/** Pictures and voices, one for each seat, kept apart from the part of the page that is fetched again. */
export class Sights {
  /** @param {HTMLElement} layer @param {(so: boolean) => void} held says whether the browser holds any of them back */
  constructor(layer, held) {
    this.layer = layer;
    this.held = held;
    /** @type {Set<HTMLVideoElement>} */
    this.waiting = new Set();
    /** @type {Map<string, Sight>} */
    this.sights = new Map();
  }

  /** The picture of a seat, made when it is first asked for.
   * @param {string} seat @param {boolean} [mine]
   */
  of(seat, mine = false) {
    const there = this.sights.get(seat);
    if (there) return there;
    const view = document.createElement("div");
    view.className = "view";
    view.dataset.seat = seat;
    const video = document.createElement("video");
    video.autoplay = true;
    video.playsInline = true;
    video.muted = mine;
    view.append(video);
    if (mine) view.classList.add("mine");
    this.layer.append(view);
    const sight = { view, video };
    this.sights.set(seat, sight);
    return sight;
  }

  /** Play a picture and voice. Many browsers hold them back until something was pressed on the page.
   * @param {HTMLVideoElement} video
   */
  async play(video) {
    try {
      await video.play();
      this.waiting.delete(video);
    } catch (refused) {
      if (refused instanceof DOMException && refused.name === "NotAllowedError") this.waiting.add(video);
    }
    this.held(this.waiting.size > 0);
  }

  /** Try again what was held back. */
  playHeld() {
    for (const video of this.waiting) this.play(video);
  }

  /** Put every picture where its seat is, and take away those of empty seats.
   * @param {HTMLElement[]} seats
   */
  place(seats) {
    const keys = new Set(seats.map((seat) => seat.dataset.seat ?? ""));
    for (const key of this.sights.keys()) if (!keys.has(key)) this.drop(key);
    for (const seat of seats) {
      const sight = this.sights.get(seat.dataset.seat ?? "");
      if (!sight) continue;
      const kept = [...sight.view.classList].filter((name) => !PLACED.test(name));
      const now = [...seat.classList].filter((name) => PLACED.test(name));
      sight.view.className = [...kept, ...now].join(" ");
      sight.view.classList.toggle("seen", seat.dataset.camera === "yes" && seat.dataset.here === "yes");
    }
  }

  /** @param {string} seat */
  drop(seat) {
    const sight = this.sights.get(seat);
    if (!sight) return;
    sight.video.srcObject = null;
    sight.view.remove();
    this.sights.delete(seat);
    if (this.waiting.delete(sight.video)) this.held(this.waiting.size > 0);
  }

  /** @param {string} seat @param {number} level */
  level(seat, level) {
    const view = this.sights.get(seat)?.view;
    view?.style.setProperty("--level", level.toFixed(2));
    view?.classList.toggle("heard", level > 0.08);
  }
}

/** The clock of a turn, counted here between two looks at the server. It never ends anything. */
export class Clock {
  constructor() {
    this.left = Number.NaN;
    this.total = 1;
    this.at = 0;
    setInterval(() => this.draw(), 500);
  }

  /** @param {HTMLElement} table */
  read(table) {
    this.left = Number(table.dataset.left ?? "NaN");
    this.total = Math.max(1, Number(table.dataset.total ?? "1"));
    this.at = performance.now();
    this.draw();
  }

  draw() {
    if (Number.isNaN(this.left)) return;
    const left = this.left - (performance.now() - this.at) / 1000;
    const words = document.getElementById("clock");
    const whole = Math.max(0, Math.floor(left));
    if (words) {
      words.textContent = left > 0 ? `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}` : "";
    }
    const part = (AROUND * Math.max(0, Math.min(left, this.total))) / this.total;
    document.getElementById("arc")?.setAttribute("stroke-dasharray", `${part.toFixed(1)} ${AROUND}`);
  }
}

/** Say a sentence to those who hear the page, once.
 * @param {string} words
 */
export function say(words) {
  const heard = document.getElementById("heard");
  if (heard && heard.textContent !== words) heard.textContent = words;
}
