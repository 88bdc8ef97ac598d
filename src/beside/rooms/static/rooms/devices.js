// One's own microphone and camera: off until somebody presses, and let go of completely.

/** @typedef {{ width: number, height: number, rate: number }} Picture */

const REMEMBERED = "beside:devices";

/** Microphone and camera of this person. Calls `changed` after every change. */
export class Devices {
  /** @param {Picture} picture @param {() => void} changed */
  constructor(picture, changed) {
    this.picture = picture;
    this.changed = changed;
    /** @type {MediaStreamTrack | null} */
    this.voice = null;
    /** @type {MediaStreamTrack | null} */
    this.camera = null;
    this.quiet = false;
  }

  /** Turn the microphone on or off; false when the browser refused it. @param {boolean} on */
  async speak(on) {
    if (!on) {
      this.voice?.stop();
      this.voice = null;
    } else if (!this.voice) {
      this.voice = await take({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      if (this.voice) this.voice.enabled = !this.quiet;
    }
    this.changed();
    return !on || this.voice !== null;
  }

  /** Turn the camera on or off; false when the browser refused it. @param {boolean} on */
  async show(on) {
    if (!on) {
      this.camera?.stop();
      this.camera = null;
    } else if (!this.camera) {
      const { width, height, rate } = this.picture;
      this.camera = await take({
        video: { width: { ideal: width }, height: { ideal: height }, frameRate: { max: rate } },
      });
    }
    this.changed();
    return !on || this.camera !== null;
  }

  /** While the room rests nothing is sent, and nothing has to be pressed afterwards. @param {boolean} quiet */
  rest(quiet) {
    this.quiet = quiet;
    for (const track of [this.voice, this.camera]) if (track) track.enabled = !quiet;
  }

  /** Let go of everything; the lights of the devices go out. */
  release() {
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
    context.close();
    heard(0);
  };
}
