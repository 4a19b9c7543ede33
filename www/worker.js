/**
 * The worker: loads the wasm module and the data, then lets the runs take turns with the messages.
 * Messages that arrive before all is loaded wait in line.
 *
 * @module
 */

import { createAhead } from "./ahead.js";
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
  send({ type: "failed", run: 0, what, message: error instanceof Error ? error.message : String(error) });
}

/** So much of loading is fetching, the rest decoding; for the bar that shows both as one. */
const FETCHING = 0.3;

/** @param {number} share 0..1 */
const loading = (share) => send({ type: "loading", share });

/** The shipped data. @param {URL} url */
async function download(url) {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`expected the data at ${url.pathname}, found status ${response.status}`);
  const total = Number(response.headers.get("content-length"));
  /** @type {Uint8Array[]} */
  const parts = [];
  let length = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    if (total > 0) loading(FETCHING * Math.min(1, length / total));
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) (bytes.set(part, at), (at += part.length));
  return bytes;
}

async function boot() {
  // All at once: none waits for another to come.
  const bytes = download(new URL("data/mnist-10k.bin", import.meta.url));
  const wasm = fetch(new URL("../descent_bg.wasm", import.meta.url));
  for (const early of [bytes, wasm]) early.catch(() => {}); // reported below
  let core, module;
  try {
    core = await import("../descent.js");
    module = await core.default({ module_or_path: wasm });
  } catch (error) {
    return fail(error, "code");
  }
  let data;
  try {
    // Messages leave a worker while it works, so the page sees the digits being unpacked.
    const unpacking = (/** @type {number} */ share) => loading(FETCHING + (1 - FETCHING) * share);
    data = core.Dataset.packed(await bytes, unpacking);
  } catch (error) {
    return fail(error, "data");
  }
  open(core, data, () => module.memory.buffer.byteLength);
}

/** @param {typeof import("../descent.js")} core @param {import("../descent.js").Dataset} data @param {() => number} memory */
function open(core, data, memory) {
  const runs = createRuns({ core, data, send, now: () => performance.now(), memory, ahead: createAhead() });
  const turn = createTurns(runs);
  send({ type: "ready", limits: runs.limits, counts: data.counts(), provenance: data.provenance() });
  receive = (message) => guard(() => {
    runs.handle(message);
    turn();
  });
  waiting.splice(0).forEach(receive);
}

/**
 * A trap in the wasm module ends this worker; the page starts another. Where it trapped is told to the console: the
 * module itself has no words for it.
 * @param {() => void} work
 */
function guard(work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    console.error(error);
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

boot().catch((error) => fail(error, "code"));
