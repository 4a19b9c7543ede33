// @ts-check
/**
 * Starts workers. The first one may be under way since before the page's code came.
 *
 * @module
 */

import { startModuleWorker } from "./probe.js";

/** @type {import("./first.js").TakeFirst | null} */
let takeFirst = /** @type {any} */ (globalThis).takeFirst;

/**
 * The worker that is already under way for whoever asks first, then new ones. `early` are events to dispatch again once
 * somebody listens.
 * @returns {{ worker: Worker, early: Event[] }}
 */
export function startWorker() {
  const first = takeFirst?.();
  takeFirst = null;
  return first ?? { worker: startModuleWorker(new URL("worker.js", import.meta.url)), early: [] };
}
