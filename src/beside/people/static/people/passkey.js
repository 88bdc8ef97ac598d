// Passkeys: the browser is asked, and its answer is posted by an ordinary form.

/** @param {ArrayBuffer} bytes */
const written = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** @param {string} words */
const bytesOf = (words) =>
  Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** The options as the browser wants them: bytes where the wire has letters.
 * @param {any} told
 */
const asked = (told) => {
  const options = { ...told, challenge: bytesOf(told.challenge) };
  if (told.user) options.user = { ...told.user, id: bytesOf(told.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (told[list]) options[list] = told[list].map((/** @type {any} */ key) => ({ ...key, id: bytesOf(key.id) }));
  }
  return options;
};

/** @param {any} credential */
const answered = (credential) => {
  const said = credential.response;
  const response = { clientDataJSON: written(said.clientDataJSON) };
  if (said.attestationObject) Object.assign(response, { attestationObject: written(said.attestationObject) });
  else {
    Object.assign(response, {
      authenticatorData: written(said.authenticatorData),
      signature: written(said.signature),
      userHandle: said.userHandle ? written(said.userHandle) : null,
    });
  }
  return JSON.stringify({
    id: credential.id,
    rawId: written(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
};

/** @param {HTMLFormElement} form */
const ask = async (form) => {
  if (form.dataset.make) {
    return navigator.credentials.create({ publicKey: asked(JSON.parse(form.dataset.make).publicKey) });
  }
  const told = await fetch(form.dataset.ask ?? "", { headers: { Accept: "application/json" } });
  return navigator.credentials.get({ publicKey: asked((await told.json()).publicKey) });
};

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-passkey]"))) {
  if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = /** @type {HTMLElement | null} */ (form.querySelector("[data-wrong]"));
    if (wrong) wrong.hidden = true;
    try {
      const credential = await ask(form);
      /** @type {HTMLInputElement} */ (form.elements.namedItem("credential")).value = answered(credential);
      form.submit();
    } catch {
      if (wrong) wrong.hidden = false;
    }
  });
}
