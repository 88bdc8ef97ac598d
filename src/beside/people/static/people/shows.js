// A passphrase can be looked at while it is typed; without this module it stays dots.
for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-shows]"))) {
  const words = document.getElementById("shows-words")?.dataset;
  if (!words) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet small shows";
  button.setAttribute("aria-controls", input.id);
  const say = () => {
    const hidden = input.type === "password";
    button.textContent = (hidden ? words.show : words.hide) ?? "";
    button.setAttribute("aria-pressed", String(!hidden));
  };
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    say();
  });
  // Browsers keep what stands in a plain field; a passphrase is sent as one.
  input.form?.addEventListener("submit", () => {
    input.type = "password";
  });
  say();
  input.after(button);
}
