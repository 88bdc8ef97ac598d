// What this window asks the server by itself. Every answer is JSON; a refusal is a number.

/** @typedef {{ to: string, run: string, kind: string, payload: object }} Word */
/** @typedef {{ key: string, from: string, run: string, kind: string, payload: any }} Heard */

const BATCH = 60;
const MOST = 40;

/** The line between this window and the room. */
export class Link {
  /** @param {string} address the room's own address @param {() => void} lost when this seat is no longer ours */
  constructor(address, lost) {
    this.address = address;
    this.lost = lost;
    this.token = "";
    /** @type {Word[]} */
    this.waiting = [];
    /** @type {string[]} */
    this.seen = [];
    this.sending = false;
    this.taking = false;
    this.again = false;
    this.ended = false;
  }

  /** @param {string} what @param {object} told @returns {Promise<{ status: number, told: any }>} */
  async ask(what, told) {
    const key = document.querySelector("input[name=csrfmiddlewaretoken]");
    try {
      const answer = await fetch(`${this.address}${what}/`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": key instanceof HTMLInputElement ? key.value : "",
        },
        body: JSON.stringify({ token: this.token, ...told }),
      });
      const json = (answer.headers.get("Content-Type") ?? "").includes("json");
      // A page instead of an answer: the session has ended, and the door asks who this is.
      const status = answer.ok && !json ? 403 : answer.status;
      return { status, told: json ? await answer.json() : {} };
    } catch {
      return { status: 0, told: {} }; // no connection; the next beat tries again
    }
  }

  /** Pass something on to another seat, soon, and in order. @param {Word} word */
  tell(word) {
    this.waiting.push(word);
    if (this.waiting.length === 1 && !this.sending) setTimeout(() => this.flush(), BATCH);
  }

  async flush() {
    if (this.sending || this.ended) return;
    this.sending = true;
    while (this.waiting.length && !this.ended) {
      const words = this.waiting.slice(0, MOST);
      const { status } = await this.ask("signal", { signals: words });
      if (status === 0 || status >= 500) {
        await new Promise((go) => setTimeout(go, 1000));
        continue;
      }
      this.waiting.splice(0, words.length);
      this.check(status);
    }
    this.sending = false;
  }

  /** Fetch what others sent here, until nothing is left. @param {(heard: Heard) => Promise<void>} hear */
  async take(hear) {
    if (this.ended) return;
    if (this.taking) {
      this.again = true;
      return;
    }
    this.taking = true;
    do {
      this.again = false;
      const { status, told } = await this.ask("signals", { seen: this.seen });
      this.check(status);
      if (status !== 200) break;
      const fresh = told.signals.filter((/** @type {Heard} */ each) => !this.seen.includes(each.key));
      this.seen = told.signals.map((/** @type {Heard} */ each) => each.key);
      for (const each of fresh) await hear(each);
      if (this.seen.length) this.again = true; // once more, to say that they were seen
    } while (this.again && !this.ended);
    this.taking = false;
  }

  /** Say that this window closes, as it closes. */
  leave() {
    if (this.ended || !this.token) return;
    this.ended = true;
    const key = document.querySelector("input[name=csrfmiddlewaretoken]");
    const told = new FormData();
    told.set("token", this.token);
    told.set("csrfmiddlewaretoken", key instanceof HTMLInputElement ? key.value : "");
    navigator.sendBeacon(`${this.address}gone/`, told);
  }

  /** @param {number} status */
  check(status) {
    if ((status === 403 || status === 404) && !this.ended) {
      this.ended = true;
      this.lost();
    }
  }
}
