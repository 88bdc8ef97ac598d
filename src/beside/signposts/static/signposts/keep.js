// Keeps "Get help now" on this device, when its owner asks for it, or said that the device is theirs.

const WORKER = "/service-worker.js";

/** @returns {Promise<ServiceWorkerRegistration | undefined>} */
async function kept() {
  return "serviceWorker" in navigator ? navigator.serviceWorker.getRegistration(WORKER) : undefined;
}

async function keep() {
  const registration = await navigator.serviceWorker.register(WORKER, { scope: "/" });
  registration.active?.postMessage("keep"); // an older copy is made new
  await navigator.serviceWorker.ready;
}

async function forget() {
  await (await kept())?.unregister();
  await caches.delete("help-now");
}

/** @param {HTMLElement} box */
async function offer(box) {
  const said = /** @type {HTMLElement} */ (box.querySelector("[data-said]"));
  const [yes, no] = /** @type {NodeListOf<HTMLButtonElement>} */ (box.querySelectorAll("button"));
  if (!("serviceWorker" in navigator) || !yes || !no) return;
  /** @param {boolean} has */
  const show = (has) => {
    yes.hidden = has;
    no.hidden = !has;
  };
  show(Boolean(await kept()));
  box.hidden = false;
  yes.addEventListener("click", async () => {
    yes.disabled = true;
    try {
      await keep();
      show(true);
      said.textContent = box.dataset.kept ?? "";
      no.focus();
    } catch {
      said.textContent = box.dataset.failed ?? "";
    }
    yes.disabled = false;
  });
  no.addEventListener("click", async () => {
    await forget();
    show(false);
    said.textContent = box.dataset.forgotten ?? "";
    yes.focus();
  });
}

const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-keep]"));
if (box) offer(box);
if (document.querySelector("script[data-keep-now]") && "serviceWorker" in navigator) keep().catch(() => {});

export {};
