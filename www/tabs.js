// @ts-check
/**
 * The parts of the page on a narrow screen, one at a time. Which is shown is written on the body; the style
 * sheet does the rest, and on a wide screen shows them all.
 *
 * @module
 */

import { byId, modified } from "./dom.js";

/** @param {HTMLElement} list with role tablist */
export function createTabs(list) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);

  const panels = tabs.map((tab) => /** @type {HTMLElement} */ (document.getElementById(tab.getAttribute("aria-controls") ?? "")));
  // Where all parts are seen at once they are no more than sections.
  new ResizeObserver(() => {
    for (const panel of panels) panel.role = list.offsetHeight > 0 ? "tabpanel" : null;
  }).observe(list);

  /** @param {HTMLElement} chosen */
  function choose(chosen) {
    document.body.dataset.tab = chosen.dataset.tab;
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    // Where all parts are seen at once nothing is brought into sight.
    if (list.offsetHeight > 0) scrollTo({ top: 0 });
  }

  /** @param {string} name @param {string} [part] of it, brought into sight */
  function show(name, part) {
    const tab = tabs.find(({ dataset }) => dataset.tab === name);
    if (tab && name !== document.body.dataset.tab) choose(tab);
    // What is in sight already stays where it is.
    if (part) byId(part).scrollIntoView({ block: "nearest" });
  }

  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1, Home: -index, End: tabs.length - 1 - index }[event.key];
      if (move === undefined || modified(event)) return;
      event.preventDefault();
      const next = tabs[(index + move + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });

  return { show };
}
