// On a narrow screen the open tab is the one in sight. Chromium sees to it by the style sheet alone.

/** Move a row of tabs, and nothing else of the page, until its open one is in sight.
 * @param {Element} row
 */
export function showOpen(row) {
  const open = row.querySelector("[aria-current]")?.getBoundingClientRect();
  if (!open) return;
  const { left, right } = row.getBoundingClientRect();
  if (open.right > right) row.scrollLeft += open.right - right;
  else if (open.left < left) row.scrollLeft += open.left - left;
}

/** Do so for every row of tabs. */
export function startTabs() {
  if (CSS.supports("scroll-initial-target", "nearest")) return;
  for (const row of document.querySelectorAll(".tabs ul")) showOpen(row);
}
