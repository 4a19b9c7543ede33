/**
 * A worker beside the worker: changes images for runs that augment, ahead of their training.
 *
 * @module
 */

import init, * as core from "../descent.js";

/** One for each run, by number. @type {Map<number, any>} */
const preparers = new Map();
const loaded = init();

/** @param {import("./ahead.js").ToPreparer} message */
function receive(message) {
  switch (message.type) {
    case "begin":
      preparers.set(message.run, new core.Preparer(message.images, message.straighten, message.seed));
      break;
    case "make": {
      const { run, epoch, position, count } = message;
      /** @type {Uint8Array} */
      const images = preparers.get(run).make(epoch, position, count);
      self.postMessage({ run, epoch, position, images }, { transfer: [images.buffer] });
      break;
    }
    case "end":
      preparers.get(message.run)?.free();
      preparers.delete(message.run);
  }
}

// One after the other, in the order in which they came. What goes wrong reaches the other side as an error of this worker.
self.addEventListener("message", (event) => loaded.then(() => receive(event.data)).catch(reportError));
