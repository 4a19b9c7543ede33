// @ts-check
/**
 * The page's connection to the worker: starts it, posts to it, matches answers to questions, notices when it dies.
 *
 * @module
 */

import { startWorker } from "./start.js";

/** @typedef {import("./protocol.js").ToWorker} ToWorker */
/** @typedef {import("./protocol.js").FromWorker} FromWorker */

/**
 * @param {{ onMessage(message: FromWorker): void, onDeath(message: string, what: "code" | "data"): void }} on
 */
export function createConnection({ onMessage, onDeath }) {
  /** @type {Worker | null} */
  let worker = null;
  let nextId = 1;
  /** @type {Map<number, { resolve(value: any): void, reject(error: Error): void }>} */
  const pending = new Map();

  function open() {
    close("the worker was started again");
    const { worker: opened, early } = startWorker();
    worker = opened;
    opened.addEventListener("message", (event) => receive(event.data));
    opened.addEventListener("error", (event) => {
      event.preventDefault();
      die(event.message || "its code could not be loaded", "code");
    });
    opened.addEventListener("messageerror", () => die("a message could not be read", "code"));
    for (const event of early) opened.dispatchEvent(event);
  }

  /** @param {string} reason */
  function close(reason) {
    worker?.terminate();
    worker = null;
    const questions = [...pending.values()];
    pending.clear();
    for (const { reject } of questions) reject(new Error(reason));
  }

  /** @param {string} message @param {"code" | "data"} what */
  function die(message, what) {
    if (!worker) return;
    close(`the worker failed: ${message}`);
    onDeath(message, what);
  }

  /** @param {FromWorker} message */
  function receive(message) {
    if ((message.type === "answer" || message.type === "refused") && message.id !== undefined) {
      const question = pending.get(message.id);
      pending.delete(message.id);
      onMessage(message);
      if (message.type === "answer") question?.resolve(message.value);
      else question?.reject(new Error(message.message));
      return;
    }
    onMessage(message);
    if (message.type === "failed") die(message.message, message.what);
  }

  return {
    open,

    /** @param {ToWorker} message @param {Transferable[]} [transfer] */
    post(message, transfer = []) {
      worker?.postMessage(message, transfer);
    },

    /**
     * Posts a question; settles when it is answered.
     * @param {{ type: keyof import("./protocol.js").Answers, run: number }} message all of it but its id
     * @returns {Promise<any>} see `Answers`
     */
    ask(message) {
      const id = nextId++;
      return new Promise((resolve, reject) => {
        if (!worker) return reject(new Error("the worker is not running"));
        // What cannot be posted throws here, and is not waited for.
        worker.postMessage({ ...message, id });
        pending.set(id, { resolve, reject });
      });
    },
  };
}
