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

  ended = false;

  terminate() {
    this.ended = true;
  }
}

/** @type {FakeWorker} */
let worker;
/** What the first worker told before anybody listened. */
const EARLY = { type: "loading", share: 0.5 };
Object.assign(globalThis, {
  takeFirst: () => ({ worker: (worker = new FakeWorker()), early: [new MessageEvent("message", { data: EARLY })] }),
  Worker: class extends FakeWorker {
    /** @param {URL} _url @param {WorkerOptions} options */
    constructor(_url, { type }) {
      assert.equal(type, "module");
      super();
      worker = this;
    }
  },
});
const { createConnection } = await import("../../www/connection.js");

/** A page connected to a worker of its own, and all that it hears. */
function connected() {
  /** @type {any[]} */
  const heard = [];
  const connection = createConnection({
    onMessage: (message) => void heard.push(message),
    onDeath: (...death) => void heard.push(death),
  });
  connection.open();
  const tell = (/** @type {object} */ data) => worker.dispatchEvent(new MessageEvent("message", { data }));
  return { connection, heard, tell };
}

test("what the first worker told before anybody listened is heard, too", () => {
  const { heard, tell } = connected();
  tell({ type: "loading", share: 1 });
  assert.deepEqual(heard, [EARLY, { type: "loading", share: 1 }]);
});

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

test("an answer is heard by the page before whoever asked goes on; a refusal rejects", async () => {
  const { connection, heard, tell } = connected();
  const answer = connection.ask({ type: "save", run: 1 });
  const refusal = connection.ask({ type: "save", run: 1 });
  const [first, second] = worker.posted.map(({ id }) => id);
  assert.notEqual(first, second);
  tell({ type: "refused", run: 1, id: second, message: "expected the number of a run, found 1" });
  await assert.rejects(refusal, { message: "expected the number of a run, found 1" });
  tell({ type: "answer", run: 1, id: first, value: 7 });
  assert.deepEqual(heard.map(({ type }) => type), ["refused", "answer"]);
  assert.equal(await answer, 7);
});

for (const [how, event, told] of /** @type {[string, () => Event, [string, string]][]} */ ([
  ["its code throws", () => Object.assign(new Event("error"), { message: "unreachable" }), ["unreachable", "code"]],
  ["its code does not come", () => new Event("error"), ["its code could not be loaded", "code"]],
  ["a message cannot be read", () => new Event("messageerror"), ["a message could not be read", "code"]],
  ["it says so", () => new MessageEvent("message", { data: { type: "failed", run: 0, message: "status 404", what: "data" } }), ["status 404", "data"]],
]))
  test(`a worker dies once, and takes along what was asked: ${how}`, async () => {
    const { connection, heard } = connected();
    const asked = connection.ask({ type: "save", run: 1 });
    const died = worker;
    for (let k = 0; k < 2; k++) died.dispatchEvent(event());
    await assert.rejects(asked, { message: `the worker failed: ${told[0]}` });
    assert.deepEqual(heard.filter(Array.isArray), [told]);
    assert.equal(died.ended, true);
    await assert.rejects(connection.ask({ type: "save", run: 1 }), { message: "the worker is not running" });
    connection.open();
    assert.notEqual(worker, died);
    connection.post({ type: "pause", run: 1 });
    assert.deepEqual(worker.posted, [{ type: "pause", run: 1 }]);
  });

test("started again, the worker before is ended with all that was asked of it", async () => {
  const { connection } = connected();
  const asked = connection.ask({ type: "save", run: 1 });
  const before = worker;
  connection.open();
  await assert.rejects(asked, { message: "the worker was started again" });
  assert.deepEqual([before.ended, worker.ended], [true, false]);
});
