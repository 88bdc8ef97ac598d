// The switch between light and dark, without loading the page again.

const COOKIE = "beside_theme";
const YEAR = 365 * 24 * 3600;

/** Let the three buttons change the page at once and keep the choice in a cookie. */
export function startTheme() {
  const form = document.querySelector("[data-theme-switch]");
  form?.addEventListener("submit", (event) => {
    const pressed = /** @type {SubmitEvent} */ (event).submitter;
    if (!(pressed instanceof HTMLButtonElement)) return;
    event.preventDefault();
    const chosen = ["light", "dark"].includes(pressed.value) ? pressed.value : "";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const age = chosen ? YEAR : 0;
    document.cookie = `${COOKIE}=${chosen}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
    document.documentElement.dataset.theme = chosen;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === pressed));
    }
  });
}
