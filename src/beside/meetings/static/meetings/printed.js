/** "Print" is there once it can be pressed; without a script the browser's own way is. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.removeAttribute("hidden");
  button.addEventListener("click", () => window.print());
}
