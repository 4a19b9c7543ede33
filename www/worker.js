/**
 * The worker: loads the wasm module and the data, then lets the runs take turns with the messages.
 * Messages that arrive before all is loaded wait in line.
 *
 * @module
 */

import init, * as core from "../descent.js";
import { createRuns } from "./runs.js";

/** @type {import("./protocol.js").ToWorker[]} */
const waiting = [];
/** @type {(message: import("./protocol.js").ToWorker) => void} */
let receive = (message) => waiting.push(message);
self.addEventListener("message", (event) => receive(event.data));

/** @param {import("./protocol.js").FromWorker} message @param {Transferable[]} [transfer] */
function send(message, transfer = []) {
  self.postMessage(message, { transfer });
}

/** @param {unknown} error @param {"code" | "data"} what */
function fail(error, what) {
  receive = () => {};
  send({ type: "failed", run: 0, fatal: true, what, message: error instanceof Error ? error.message : String(error) });
}

/** The shipped data. @param {URL} url */
async function download(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`expected the data at ${url.pathname}, found status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

async function boot() {
  const bytes = download(new URL("data/mnist-10k.bin", import.meta.url));
  bytes.catch(() => {}); // reported below, once the module is there
  try {
    await init();
  } catch (error) {
    return fail(error, "code");
  }
  let data;
  try {
    data = core.Dataset.packed(await bytes);
  } catch (error) {
    return fail(error, "data");
  }
  open(data);
}

/** @param {any} data */
function open(data) {
  const runs = createRuns({ core, data, send, now: () => performance.now() });
  const turn = createTurns(runs);
  send({ type: "ready", limits: runs.limits, counts: data.counts(), provenance: data.provenance() });
  receive = (message) => guard(() => {
    runs.handle(message);
    turn();
  });
  waiting.splice(0).forEach(receive);
}

/** A trap in the wasm module ends this worker; the page starts another. @param {() => void} work */
function guard(work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    fail(error, "code");
  }
}

/**
 * Lets the runs work in slices. Between two slices a message to ourselves queues behind those of the page,
 * so a pause waits for one slice at most; a timer would cost four milliseconds each time.
 * @param {ReturnType<typeof createRuns>} runs
 */
function createTurns(runs) {
  const { port1, port2 } = new MessageChannel();
  let queued = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  function plan() {
    const wait = runs.wait();
    clearTimeout(timer);
    if (wait === Infinity || queued) return;
    if (wait > 1) {
      timer = setTimeout(plan, wait);
      return;
    }
    queued = true;
    port2.postMessage(null);
  }
  port1.onmessage = () => guard(() => {
    queued = false;
    runs.advance();
    plan();
  });
  return plan;
}

boot();
