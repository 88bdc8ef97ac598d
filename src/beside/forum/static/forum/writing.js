// One press sends once. The form's own key makes a second one harmless where scripts are off.

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
  addEventListener("pageshow", () => form.removeAttribute("data-sent"));
}
