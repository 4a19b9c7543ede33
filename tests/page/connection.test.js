// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

/** A worker that posts as a real one does. */
class FakeWorker extends EventTarget {
  /** @type {any[]} */
  posted = [];

  /** @param {unknown} message */
  postMessage(message) {
    this.posted.push(structuredClone(message));
  }

  terminate() {}
}

/** @type {FakeWorker} */
let worker;
Object.assign(globalThis, { takeFirst: () => ({ worker: (worker = new FakeWorker()), early: [] }) });
const { createConnection } = await import("../../www/connection.js");

test("a question that cannot be posted is refused and not waited for", async () => {
  /** @type {Map<unknown, unknown>[]} */
  const maps = [];
  const { Map } = globalThis;
  globalThis.Map = class extends Map {
    constructor() {
      super();
      maps.push(this);
    }
  };
  const connection = createConnection({ onMessage: () => {}, onDeath: () => {} });
  globalThis.Map = Map;
  const pending = maps[0];
  connection.open();
  await assert.rejects(connection.ask(/** @type {any} */ ({ type: "predict", run: 1, pixels: () => {} })));
  assert.equal(pending.size, 0);

  const answer = connection.ask({ type: "save", run: 1 });
  assert.equal(pending.size, 1);
  worker.dispatchEvent(new MessageEvent("message", { data: { type: "answer", run: 1, id: worker.posted[0].id, value: 7 } }));
  assert.equal(await answer, 7);
});
