// @ts-check
/**
 * Starts the worker before anything else of the page is there, so that its code and data load beside the page's own.
 *
 * @module
 */

import { missingFeature, startModuleWorker } from "./probe.js";

const KINDS = /** @type {const} */ (["message", "messageerror", "error"]);
const CODE = new URL("worker.js", import.meta.url);

/** What the first worker said before anybody listened. @type {Event[]} */
const early = [];
let first = begin();

function begin() {
  if (missingFeature()) return null;
  try {
    const worker = startModuleWorker(CODE);
    for (const kind of KINDS) worker.addEventListener(kind, keep);
    return worker;
  } catch {
    return null; // the page tries once more, and says why it cannot be
  }
}

/** @param {Event} event */
function keep(event) {
  event.preventDefault();
  early.push(event);
}

/**
 * The worker that is already under way for whoever asks first, then new ones. `early` are events to dispatch again once
 * somebody listens.
 */
export function startWorker() {
  const worker = first ?? startModuleWorker(CODE);
  for (const kind of KINDS) worker.removeEventListener(kind, keep);
  first = null;
  return { worker, early: early.splice(0) };
}
