// @ts-check
/**
 * What cannot wait for the page's code: the theme, before anything is painted, and the worker, so that its code and data
 * load beside the page's own. The build writes this into the page itself; `start.js` takes over what has been begun here.
 *
 * @module
 */

import { missingFeature, startModuleWorker } from "./probe.js";
import { wearChosen } from "./theme.js";

/** What says that the worker has something to say. */
const KINDS = /** @type {const} */ (["message", "messageerror", "error"]);

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

/** Hands over the worker and what it said until then. @typedef {() => { worker: Worker, early: Event[] }} TakeFirst */

wearChosen();
Object.assign(globalThis, { takeFirst: begin() });
