// @ts-check
/**
 * Finding and making elements, changing their text and showing or hiding them, keys, and what the visitor has asked of motion.
 *
 * @module
 */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`expected an element #${id}`);
  return element;
}

/**
 * A new element with these properties and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Partial<HTMLElementTagNameMap[Tag]>} [properties] @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function create(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The last words of ours for an element. @type {WeakMap<Element, string>} */
const said = new WeakMap();

/** What a translator has put in their place stays until ours are others. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (said.get(element) === text) return;
  said.set(element, text);
  if (element.textContent !== text) element.textContent = text;
}

/** What the visitor has just brought about, for those who do not see it. @param {string} text */
export function announce(text) {
  setText(byId("told"), text);
}

/**
 * Shows or hides. What is hidden while it has the focus, or something in it has, hands it on: with nobody the next press of
 * Tab would begin at the top of the page.
 * @param {HTMLElement} element @param {boolean} hidden @param {HTMLElement} near what takes the focus
 */
export function setHidden(element, hidden, near) {
  if (element.hidden === hidden) return;
  if (hidden && element.contains(document.activeElement)) near.focus({ preventScroll: true });
  element.hidden = hidden;
}

/** Shuts a button or opens it; shut while it has the focus, it hands that on, too. @param {HTMLElement} button @param {boolean} disabled @param {HTMLElement} near */
export function setDisabled(button, disabled, near) {
  if (disabled && button === document.activeElement) near.focus({ preventScroll: true });
  /** @type {HTMLButtonElement} */ (button).disabled = disabled;
}

/** What an arrow key moves by: across, down. @type {Record<string, [number, number]>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Escape closes this, unless a popover is open, which Escape closes first, or the key has been used already. @param {() => boolean} isOpen @param {() => void} close */
export function closeByEscape(isOpen, close) {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen() || event.defaultPrevented || document.querySelector(":popover-open")) return;
    event.preventDefault();
    close();
  });
}

/** Whether the visitor would rather see nothing move. */
export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether a key is meant for the browser or the system: Alt and an arrow go back. @param {KeyboardEvent} event */
export const modified = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;
