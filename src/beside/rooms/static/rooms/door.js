// At the door: trying microphone and camera, which nobody else sees or hears.
import { Devices, carries, meter, remember } from "./devices.js";

const door = document.querySelector("[data-door]");
if (door) {
  const mirror = /** @type {HTMLVideoElement} */ (document.getElementById("mirror"));
  const level = document.getElementById("level");
  const said = document.getElementById("devices-said");
  const voice = document.getElementById("try-voice");
  const camera = document.getElementById("try-camera");
  const picture = { width: 640, height: 400, rate: 15 };
  if (!carries && said) {
    for (const each of [voice, level, camera]) each?.setAttribute("hidden", "");
    said.textContent = said.dataset.unable ?? "";
  }
  let listening = () => {};
  let wasHeard = false;

  const devices = new Devices(picture, () => {
    voice?.setAttribute("aria-pressed", String(devices.voice !== null));
    camera?.setAttribute("aria-pressed", String(devices.camera !== null));
    mirror.hidden = devices.camera === null;
    mirror.srcObject = devices.camera ? new MediaStream([devices.camera]) : null;
    if (devices.camera) mirror.play().catch(() => {});
    remember({ voice: devices.voice !== null, camera: devices.camera !== null });
  });

  /** Knocking may be faster than a device: what counts is what was pressed.
   * @param {"voice" | "camera"} what
   */
  const wish = (what) => {
    const on = { voice: devices.voice !== null, camera: devices.camera !== null };
    remember({ ...on, [what]: !on[what] });
  };

  /** @param {number} loud */
  const show = (loud) => {
    level?.style.setProperty("--level", loud.toFixed(2));
    level?.setAttribute("aria-valuenow", String(Math.round(loud * 100)));
    if (loud > 0.2 && !wasHeard && said) {
      wasHeard = true;
      said.textContent = said.dataset.heard ?? "";
    }
  };
  /** @param {boolean} given */
  const tell = (given) => {
    if (!given && said) said.textContent = said.dataset.refused ?? "";
  };

  voice?.addEventListener("click", async () => {
    const on = devices.voice === null;
    listening();
    wasHeard = false;
    wish("voice");
    tell(await devices.speak(on));
    listening = devices.voice ? meter(devices.voice, show) : () => {};
    if (!devices.voice) show(0);
  });
  camera?.addEventListener("click", async () => {
    wish("camera");
    tell(await devices.show(devices.camera === null));
  });

  // What was on stays on in the room, by what is remembered; here it is let go of.
  const release = () => devices.release();
  addEventListener("beside:leave", release);
  addEventListener("pagehide", release);
}
