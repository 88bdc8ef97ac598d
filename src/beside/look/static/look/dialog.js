// Links to a dialog open it over the page; without this module they open it where it stands.

/** Let `data-opens` and `data-closes` do what they say, wherever they appear later. */
export function startDialogs() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest("[data-opens]");
    if (opener instanceof HTMLElement) {
      const dialog = document.getElementById(opener.dataset.opens ?? "");
      if (!(dialog instanceof HTMLDialogElement)) return;
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const dialog = event.target.closest("dialog");
    if (!dialog?.open) return;
    if (event.target.closest("[data-closes]")) {
      event.preventDefault();
      dialog.close();
    } else if (event.target === dialog) {
      // The veil around a dialog belongs to it: a press there is a press beside it.
      const box = dialog.getBoundingClientRect();
      const inside =
        event.clientX >= box.left &&
        event.clientX <= box.right &&
        event.clientY >= box.top &&
        event.clientY <= box.bottom;
      if (!inside) dialog.close();
    }
  });
}
