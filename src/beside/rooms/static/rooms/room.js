// The room: sits down, stays, and brings together what the server says with what the devices give.
import { Devices, carries, meter, remember, remembered } from "./devices.js";
import { Link } from "./link.js";
import { Mesh } from "./mesh.js";
import { Clock, Sights, say } from "./ring.js";

/** @typedef {{ watch: (names: string[], changed: () => void, manner?: object) => () => void }} Wire */

const BEAT = 5000;
const room = document.getElementById("room");
if (room) sit(room);

/** @param {HTMLElement} room */
function sit(room) {
  const { seat = "", address = "" } = room.dataset;
  const storage = `beside:room:${room.dataset.room}`;
  const number = (/** @type {string} */ name) => Number(room.dataset[name] ?? 0);
  const picture = { width: number("width"), height: number("height"), rate: number("rate") };
  const media = /** @type {HTMLElement} */ (document.getElementById("media"));
  const sights = new Sights(media, (held) => offer("sound", held));
  const clock = new Clock();
  /** @type {Mesh | null} */
  let mesh = null;
  let sits = false;
  let leaving = false;
  /** @type {{ voice: boolean, camera: boolean } | null} */
  let wished = remembered();
  /** @type {Map<string, () => void>} */
  const meters = new Map();
  /** @type {() => void} */
  let answered = () => {};
  const entered = new Promise((/** @type {(done: void) => void} */ done) => (answered = done));

  const devices = new Devices(picture, () => {
    const mine = sights.of(seat, true);
    mine.video.srcObject = devices.camera ? new MediaStream([devices.camera]) : null;
    remember({ voice: devices.voice !== null, camera: devices.camera !== null });
    press("voice", devices.voice !== null);
    press("camera", devices.camera !== null);
    listen(seat, devices.voice);
    mesh?.refresh();
    if (mesh) stay();
  }, (what) => tell(document.getElementById(what)?.dataset.stopped));

  // The seat is no longer ours here: it went to another window, or the server shows the door.
  const link = new Link(address, () => {
    close();
    mesh = null;
    elsewhere(true);
    look();
  });

  /** Sit down in this window. @param {boolean} take */
  async function enter(take) {
    link.token = recall(storage);
    const { status, told } = await link.ask("enter", { take });
    elsewhere(status === 409);
    if (status === 0 || status >= 500) {
      setTimeout(() => enter(take), 2000);
      return;
    }
    answered();
    if (status === 409) return;
    if (status !== 200) {
      link.check(status);
      return;
    }
    link.ended = false;
    link.token = told.token;
    keep(storage, told.token);
    mesh = new Mesh(
      { seat, servers: told.servers, kbps: number("kbps"), rate: picture.rate },
      devices,
      (word) => link.tell(word),
      { came, went, joined: sayApart },
    );
    if (!sits) {
      sits = true;
      setInterval(stay, BEAT);
      await watch();
    }
    look();
  }

  /** What was on at the door is on here, as soon as the circle carries it; once. */
  function asAtTheDoor() {
    const on = wished;
    if (!mesh || !on || !allowed("voice")) return;
    wished = null;
    if (on.voice) turn("voice", true);
    if (on.camera && allowed("picture")) turn("camera", true);
  }

  /** Hear of signals at once, by the wire; the beat brings them too when the wire is down. */
  async function watch() {
    const place = document.documentElement.dataset.wire;
    if (!place) return;
    const wire = /** @type {Wire} */ (await import(place));
    wire.watch([`seat:${seat}`], fetchSignals, { always: true });
    wire.watch([`room:${room.dataset.room}`], fetchCircle, { always: true });
  }

  async function stay() {
    if (!mesh || link.ended) return;
    const on = { voice: devices.voice !== null, camera: devices.camera !== null };
    const { status } = await link.ask("here", on);
    link.check(status);
    if (status !== 200) return;
    await fetchSignals();
    mesh?.again();
    sayApart();
  }

  /** Silence frightens: say whom nothing comes from yet, and that they may not hear it either. */
  function sayApart() {
    const names = (mesh?.apart() ?? []).map((other) => {
      const chair = document.querySelector(`.seat[data-here="yes"][data-seat="${CSS.escape(other)}"]`);
      return chair?.querySelector(".name b")?.textContent ?? "";
    });
    const said = document.getElementById("apart");
    if (!said) return;
    const list = new Intl.ListFormat(document.documentElement.lang).format(names.filter(Boolean));
    const words = list && (said.dataset.apart ?? "").replace("%s", () => list);
    if (said.textContent !== words) said.textContent = words;
  }

  async function fetchSignals() {
    if (!mesh) return;
    await link.take(async (told) => {
      if (carries) await mesh?.hear(told);
    });
  }

  /** Look at the circle again as it changes, also while the page is hidden: people go on talking. */
  function fetchCircle() {
    if (document.hidden) look();
  }

  function look() {
    const circle = document.getElementById("circle");
    if (circle) htmx()?.trigger(circle, "look-again");
  }

  /** What the server shows now decides who is connected, who is seen, and what is on. */
  function read() {
    const table = document.getElementById("table");
    if (!table) return;
    const seats = /** @type {HTMLElement[]} */ ([...table.querySelectorAll("[data-seat]")]);
    const resting = table.dataset.state !== "open";
    const mine = seats.find((each) => each.dataset.seat === seat);
    say(table.dataset.said ?? "");
    clock.read(table);
    if (mesh) {
      const hears = carries && table.dataset.sound === "yes" && table.dataset.standing === "admitted";
      const others = seats.filter((each) => each !== mine && each.dataset.sound === "yes" && each.dataset.run);
      mesh.with(
        hears ? others.map(({ dataset }) => ({ seat: dataset.seat ?? "", run: dataset.run ?? "" })) : [],
      );
    }
    for (const each of seats) {
      if (each === mine) continue;
      const sight = sights.sights.get(each.dataset.seat ?? "");
      if (sight) sight.video.muted = resting && each.dataset.keeps !== "yes";
    }
    devices.rest(resting && mine?.dataset.keeps !== "yes");
    if (devices.voice && !allowed("voice")) devices.speak(false);
    if (devices.camera && !allowed("picture")) refuseCamera();
    offer("voice", allowed("voice"));
    offer("camera", allowed("voice"));
    sights.place(seats);
    sayApart();
    asAtTheDoor();
  }

  /** @param {"voice" | "picture"} what */
  function allowed(what) {
    const table = document.getElementById("table");
    return carries && table?.dataset[what] === "yes" && table.dataset.standing === "admitted" && room.dataset.relayed === "yes";
  }

  /** @param {"voice" | "camera"} what @param {boolean} on */
  async function turn(what, on) {
    tell("");
    const given = await (what === "voice" ? devices.speak(on) : devices.show(on));
    if (!given) tell(document.getElementById(what)?.dataset.refused);
    sights.playHeld(); // a page that is spoken into may be heard as well
  }

  function refuseCamera() {
    tell(document.getElementById("camera")?.dataset.full);
    return devices.show(false);
  }

  /** @param {string} other @param {MediaStream} stream */
  function came(other, stream) {
    const { video } = sights.of(other);
    if (video.srcObject !== stream) video.srcObject = stream;
    sights.play(video);
    listen(other, stream.getAudioTracks()[0] ?? null);
    read();
  }

  /** @param {string} other */
  function went(other) {
    listen(other, null);
    sights.drop(other);
  }

  /** Ring the seat whose voice is heard; nothing of it is kept or sent.
   * @param {string} whose @param {MediaStreamTrack | null} track
   */
  function listen(whose, track) {
    meters.get(whose)?.();
    meters.delete(whose);
    if (track) meters.set(whose, meter(track, (level) => sights.level(whose, level)));
  }

  function close() {
    devices.release();
    mesh?.close();
    for (const stop of meters.values()) stop();
    meters.clear();
  }

  /** @param {string} id @param {boolean} on */
  function press(id, on) {
    const button = document.getElementById(id);
    button?.setAttribute("aria-pressed", String(on));
    const words = button?.querySelector("span");
    if (button && words) words.textContent = (on ? button.dataset.on : button.dataset.off) ?? "";
  }

  document.getElementById("take")?.addEventListener("click", () => enter(true));
  document.getElementById("voice")?.addEventListener("click", () => turn("voice", devices.voice === null));
  document.getElementById("camera")?.addEventListener("click", () => {
    if (devices.camera === null && !allowed("picture")) return refuseCamera();
    return turn("camera", devices.camera === null);
  });
  // "Turn the sound on" is one thing to press; any other does it too.
  for (const pressed of ["click", "keydown"]) addEventListener(pressed, () => sights.playHeld());
  document.getElementById("to-writing")?.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("writing")?.scrollIntoView({ block: "nearest" });
    document.getElementById("say-words")?.focus();
  });
  document.getElementById("circle")?.addEventListener("keydown", (event) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const pressed = event.key.toLowerCase();
    const button =
      pressed === "m"
        ? document.getElementById("voice")
        : document.querySelector(`#room [data-key="${CSS.escape(pressed)}"]`);
    if (button instanceof HTMLElement && !button.hidden) {
      event.preventDefault();
      button.click();
    }
  });

  // Leaving is under way: nothing that is still heard may call this window back to the door.
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement) || event.target.matches("[data-stays]")) return;
    leaving = link.ended = true;
    close();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (leaving) event.preventDefault();
  });
  keepWhatIsOpen(read);
  sendFromHere(entered);
  addEventListener("online", () => {
    mesh?.mend();
    stay();
  });
  addEventListener("beside:leave", close);
  addEventListener("pagehide", () => {
    link.leave();
    close();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  if (!carries && room.dataset.relayed === "yes") tell(document.getElementById("device")?.dataset.unable);
  read();
  enter(false);
}

/** Parts that are fetched again keep what is open and chosen; refusals are shown as they come.
 * @param {() => void} settled
 */
function keepWhatIsOpen(settled) {
  /** @type {Map<string, string>} */
  let kept = new Map();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    // A move that came too late is answered with the present state.
    if ([403, 409, 429].includes(detail.xhr.status) && detail.xhr.responseText.includes('id="table"')) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
    kept = new Map();
    for (const each of document.querySelectorAll("#room details[id], #room select[id]")) {
      if (each instanceof HTMLDetailsElement) kept.set(each.id, each.open ? "open" : "");
      if (each instanceof HTMLSelectElement) kept.set(each.id, each.value);
    }
    for (const each of document.querySelectorAll("#keeping input[id], #waiting input[id]")) {
      if (each instanceof HTMLInputElement) kept.set(each.id, each.value);
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const [id, value] of kept) {
      const each = document.getElementById(id);
      if (each instanceof HTMLDetailsElement) each.open = value === "open";
      if (each instanceof HTMLSelectElement && [...each.options].some((one) => one.value === value)) {
        each.value = value;
      }
      if (each instanceof HTMLInputElement && !each.value) each.value = value;
    }
    const lines = document.getElementById("lines");
    if (lines) lines.scrollTop = lines.scrollHeight;
    settled();
  });
}

/** @typedef {{ trigger: (e: Element, n: string) => void, ajax: (v: string, a: string, c: object) => Promise<void> }} Htmx */

/** @returns {Htmx | undefined} */
function htmx() {
  return /** @type {{ htmx?: Htmx }} */ (/** @type {unknown} */ (window)).htmx;
}

/** Send the forms of the room from one lasting place, one after the other: a form may be drawn anew
 * between the press and the answer, and no press is lost by it. Who has not sat down yet may do nothing,
 * so what is pressed before waits until then.
 * @param {Promise<void>} entered
 */
function sendFromHere(entered) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const by = htmx();
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-stays]") || !by) return;
    event.preventDefault();
    const told = new FormData(form);
    const pressed = event.submitter;
    if (pressed instanceof HTMLButtonElement && pressed.name) told.set(pressed.name, pressed.value);
    const { action } = form;
    const values = Object.fromEntries(told);
    entered.then(() => by.ajax("POST", action, { source: "#acts", target: "#circle", swap: "innerHTML", values }));
    const part = form.closest("#part");
    part?.removeAttribute("open");
    part?.querySelector("summary")?.focus();
    if (form.matches(".write-row")) form.reset();
    if (form.matches(".begin")) {
      form.reset();
      document.getElementById("circle")?.focus();
    }
  });
}

/** Say over the circle that one sits here in another window. @param {boolean} so */
function elsewhere(so) {
  const over = document.getElementById("elsewhere");
  if (over) over.hidden = !so;
}

/** @param {string} id @param {boolean} there */
function offer(id, there) {
  const button = document.getElementById(id);
  if (button) button.hidden = !there;
}

/** Say what became of a device, until one is pressed again. @param {string} [words] */
function tell(words = "") {
  const told = document.getElementById("device");
  if (told) told.textContent = words;
}

/** @param {string} name */
function recall(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Without storage a window that is loaded again asks to take its own seat over.
  }
}
