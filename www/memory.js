// @ts-check
/**
 * Words that the browser keeps for the next visit, where it may keep anything.
 *
 * @module
 */

/** @param {string} key @returns {string | null} */
export function recalled(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} text @returns {boolean} whether it is kept; otherwise it holds for this visit */
export function remember(key, text) {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
