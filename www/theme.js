// @ts-check
/**
 * Dark or light: the system's choice until the visitor makes one, which is remembered where that is allowed.
 *
 * @module
 */

import { recalled, remember } from "./memory.js";

const KEY = "theme";
const light = matchMedia("(prefers-color-scheme: light)");
const root = document.documentElement;

/** Puts on what was chosen at another visit. Before anything is painted, or the other theme would flash up. */
export function wearChosen() {
  const chosen = recalled(KEY);
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
}

/** @param {HTMLElement} button @param {() => void} onChange @param {() => void} drawNow a printer waits for no frame */
export function createTheme(button, onChange, drawNow) {
  function current() {
    return root.dataset.theme || (light.matches ? "light" : "dark");
  }

  function show() {
    const other = current() === "light" ? "dark" : "light";
    button.textContent = other === "light" ? "Light" : "Dark";
    button.setAttribute("aria-label", `${button.textContent} theme`);
    const ground = getComputedStyle(root).getPropertyValue("--ground");
    document.querySelector("meta[name=theme-color]")?.setAttribute("content", ground.trim());
    onChange();
  }

  button.addEventListener("click", () => {
    root.dataset.theme = current() === "light" ? "dark" : "light";
    remember(KEY, root.dataset.theme);
    show();
  });
  light.addEventListener("change", show);
  // Paper is light: the pictures on it, too, and what shows a number by its ground.
  let worn = "";
  addEventListener("beforeprint", () => {
    worn = root.dataset.theme ?? "";
    root.dataset.theme = "light";
    show();
    drawNow();
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = worn;
    show();
  });
  show();
}
