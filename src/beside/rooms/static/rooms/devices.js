// One's own microphone and camera: off until somebody presses, and let go of completely.

/** @typedef {{ width: number, height: number, rate: number }} Picture */
/** @typedef {"voice" | "camera"} Device */

/** Whether this browser carries calls at all; Tor Browser, for one, does not. */
export const carries = "RTCPeerConnection" in window;

const REMEMBERED = "beside:devices";

/** Microphone and camera of this person. Calls `changed` after every change. */
export class Devices {
  /** @param {Picture} picture @param {() => void} changed @param {(what: Device) => void} [stopped] */
  constructor(picture, changed, stopped = () => {}) {
    this.picture = picture;
    this.changed = changed;
    this.stopped = stopped;
    /** @type {MediaStreamTrack | null} */
    this.voice = null;
    /** @type {MediaStreamTrack | null} */
    this.camera = null;
    this.quiet = false;
    /** @type {Map<Device, Promise<MediaStreamTrack | null>>} */
    this.asking = new Map();
    this.releases = 0;
  }

  /** Turn the microphone on or off; false when the browser refused it. @param {boolean} on */
  speak(on) {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return this.turn("voice", on, { audio });
  }

  /** Turn the camera on or off; false when the browser refused it. @param {boolean} on */
  show(on) {
    const { width, height, rate } = this.picture;
    const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { max: rate } };
    return this.turn("camera", on, { video });
  }

  /** @param {Device} what @param {boolean} on @param {MediaStreamConstraints} asked */
  async turn(what, on, asked) {
    if (!on) {
      this[what]?.stop();
      this[what] = null;
    }
    const given = !on || this[what] !== null || (await this.ask(what, asked));
    this.changed();
    return given;
  }

  /** Ask once, however often it is pressed; what comes after everything was let go of goes too.
   * @param {Device} what @param {MediaStreamConstraints} asked
   */
  async ask(what, asked) {
    const { asking, releases } = this;
    const asks = asking.get(what) ?? take(asked);
    asking.set(what, asks);
    const track = await asks;
    if (asking.get(what) === asks) asking.delete(what);
    if (track && releases !== this.releases) {
      track.stop();
    } else if (track) {
      track.enabled = !this.quiet;
      track.onended = () => this.end(what, track);
      this[what] = track;
    }
    return track !== null;
  }

  /** It was pulled out, or taken back in the browser. @param {Device} what @param {MediaStreamTrack} track */
  end(what, track) {
    if (this[what] !== track) return;
    this[what] = null;
    this.changed();
    this.stopped(what);
  }

  /** While the room rests nothing is sent, and nothing has to be pressed afterwards. @param {boolean} quiet */
  rest(quiet) {
    this.quiet = quiet;
    for (const track of [this.voice, this.camera]) if (track) track.enabled = !quiet;
  }

  /** Let go of everything; the lights of the devices go out. */
  release() {
    this.releases += 1;
    this.asking.clear();
    this.voice?.stop();
    this.camera?.stop();
    this.voice = this.camera = null;
  }
}

/** @param {MediaStreamConstraints} asked @returns {Promise<MediaStreamTrack | null>} */
async function take(asked) {
  try {
    const stream = await navigator.mediaDevices.getUserMedia(asked);
    return stream.getTracks()[0] ?? null;
  } catch {
    // Refused, or no such device: coming in without it is always possible.
    return null;
  }
}

/** What somebody turned on at the door, for the room. @param {{ voice: boolean, camera: boolean }} on */
export function remember(on) {
  try {
    sessionStorage.setItem(REMEMBERED, JSON.stringify(on));
  } catch {
    // Without storage both stay off until they are pressed again.
  }
}

/** @returns {{ voice: boolean, camera: boolean }} */
export function remembered() {
  try {
    const told = JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}");
    return { voice: told.voice === true, camera: told.camera === true };
  } catch {
    return { voice: false, camera: false };
  }
}

/** How loud a track is, from 0 to 1, about ten times a second, until the returned function is called.
 * Nothing of it leaves this browser.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} heard
 */
export function meter(track, heard) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  // A browser may keep it still until something was pressed on the page.
  const wake = () => context.resume().catch(() => {});
  for (const pressed of ["click", "keydown"]) addEventListener(pressed, wake);
  const samples = new Float32Array(analyser.fftSize);
  let level = 0;
  const every = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    const loud = Math.min(1, Math.sqrt(sum / samples.length) * 6);
    level = Math.max(loud, level * 0.7);
    heard(level);
  }, 100);
  return () => {
    clearInterval(every);
    for (const pressed of ["click", "keydown"]) removeEventListener(pressed, wake);
    context.close();
    heard(0);
  };
}
