// @ts-check
/**
 * What cannot wait for the page's code: the theme, before anything is painted, the worker, so that its code and data load
 * beside the page's own, and a word to the visitor if that code does not come. The build writes this into the page
 * itself; `start.js` takes over what has been begun here.
 *
 * @module
 */

import { missingFeature, startModuleWorker } from "./probe.js";
import { wearChosen } from "./theme.js";

/** So long nothing need be said of code that does not come. */
const PATIENCE_MS = 20_000;
/** The events by which a worker speaks. */
const KINDS = /** @type {const} */ (["message", "messageerror", "error"]);

let told = false;
/** @param {string} text */
function tell(text) {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}

/** Until the page's code has taken over, nobody else can say that it did not come. @param {Event} event */
function complain(event) {
  const lost = event.target instanceof HTMLScriptElement ? event.target.src : event.target instanceof HTMLLinkElement ? event.target.href : null;
  const what = lost ? `expected ${new URL(lost).pathname}, which did not come` : event instanceof ErrorEvent ? event.message : null;
  if (what === null) return;
  clearTimeout(late);
  const say = () => {
    // The first failure is the cause of those after it, unless one is a file: what went wrong without it may be told before.
    if (lost || !told) tell(`The page could not be started: ${what}. Please load it again.`);
    told = true;
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", say);
  else say();
}

function begin() {
  if (missingFeature()) return null;
  /** What it said before anybody listened. @type {Event[]} */
  const early = [];
  /** @param {Event} event */
  function keep(event) {
    event.preventDefault();
    early.push(event);
  }
  try {
    const worker = startModuleWorker(new URL("www/worker.js", document.baseURI));
    for (const kind of KINDS) worker.addEventListener(kind, keep);
    return () => {
      for (const kind of KINDS) worker.removeEventListener(kind, keep);
      return { worker, early };
    };
  } catch {
    return null; // the page tries once more, and says why it cannot be
  }
}

/** Hands over the worker, if there is one, and what it said until then. @typedef {() => { worker: Worker, early: Event[] } | null} TakeFirst */

wearChosen();
addEventListener("error", complain, true);
const late = setTimeout(() => tell("The page is long in coming. If nothing more happens, please load it again."), PATIENCE_MS);
const take = begin();
Object.assign(globalThis, {
  /** @type {TakeFirst} */
  takeFirst() {
    removeEventListener("error", complain, true);
    clearTimeout(late);
    return take?.() ?? null;
  },
});
