// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAhead } from "../../www/ahead.js";

/** @type {any} */
const OPTIONS = { augment: true, batchSize: 100, trainingExamples: 9000, straighten: true, seed: 7 };

/** A run that has come to a place, and a worker that answers when it is told to. */
function bench({ cores = 8, spawns = true } = {}) {
  const session = {
    place: { epoch: 0, position: 0 },
    /** @type {[number, number, Uint32Array][]} */
    taken: [],
    waiting: 0,
    images_to_augment: () => new Uint8Array(784),
    /** @param {number} batches */
    batch_after: (batches) => [session.place.epoch, session.place.position + 100 * batches],
    ahead: () => session.waiting,
    /** @param {number} epoch @param {number} position @param {Uint32Array} images */
    take_ahead: (epoch, position, images) => void session.taken.push([epoch, position, images]),
  };
  /** @type {any[]} */
  const posted = [];
  const worker = Object.assign(new EventTarget(), {
    postMessage: (/** @type {any} */ message) => void posted.push(message),
    ended: false,
    terminate: () => void (worker.ended = true),
  });
  const spawn = () => {
    if (!spawns) throw new Error("no workers in workers");
    return /** @type {any} */ (worker);
  };
  const run = createAhead({ spawn, cores }).serve(3, session);
  /** Answers what was asked first. */
  function answer() {
    const at = posted.findIndex(({ type }) => type === "make");
    const [{ run, epoch, position, count }] = posted.splice(at, 1);
    session.waiting += count;
    worker.dispatchEvent(new MessageEvent("message", { data: { run, epoch, position, images: new Uint32Array(1) } }));
  }
  const asked = () => posted.filter(({ type }) => type === "make").map(({ epoch, position, count }) => [epoch, position, count]);
  return { run, session, worker, posted, asked, answer };
}

test("images are asked for from a little further on, a thousand at a time, six thousand in all", () => {
  const { run, posted, asked } = bench();
  run.supply(OPTIONS);
  const { images, ...begin } = posted[0];
  assert.deepEqual(begin, { type: "begin", run: 3, straighten: true, seed: 7 });
  assert.equal(images.length, 784);
  assert.deepEqual(asked(), [1000, 2000, 3000, 4000, 5000, 6000].map((position) => [0, position, 1000]));
  run.supply(OPTIONS);
  assert.equal(asked().length, 6, "they are on their way");
});

test("what comes is handed on, and as much as was passed is asked for, into the next epoch", () => {
  const { run, session, asked, answer } = bench();
  run.supply(OPTIONS);
  answer();
  answer();
  assert.deepEqual(session.taken.map(([epoch, position]) => [epoch, position]), [[0, 1000], [0, 2000]]);
  run.supply(OPTIONS);
  assert.equal(asked().length, 4, "two are waiting");
  session.place.position = 4500;
  session.waiting = 0;
  for (let k = 0; k < 3; k++) answer();
  session.waiting = 2500;
  run.supply(OPTIONS);
  assert.deepEqual(asked(), [[0, 6000, 1000], [0, 7000, 1000], [0, 8000, 1000]]);
  session.waiting = 0;
  run.supply(OPTIONS);
  assert.deepEqual(asked().slice(3), [[1, 0, 1000], [1, 1000, 1000], [1, 2000, 1000]]);
});

test("a run that has overtaken them, gone elsewhere or takes other batches is met where it is", () => {
  const { run, session, asked, answer } = bench();
  run.supply(OPTIONS);
  for (const [place, batchSize, first] of /** @type {const} */ ([
    [{ epoch: 0, position: 8000 }, 100, [0, 9000, 1000]],
    [{ epoch: 0, position: 300 }, 100, [0, 1300, 1000]],
    [{ epoch: 4, position: 0 }, 100, [4, 1000, 1000]],
    // Whole batches, and what is asked for begins where one does.
    [{ epoch: 4, position: 600 }, 300, [4, 900, 900]],
  ])) {
    session.place = place;
    while (asked().length > 0) answer();
    session.waiting = 0;
    run.supply({ ...OPTIONS, batchSize });
    assert.deepEqual(asked()[0], first);
  }
});

test("a run that does not augment, and a machine of two cores, need no other worker", () => {
  for (const [cores, augment] of /** @type {const} */ ([[8, false], [2, true]])) {
    const { run, posted } = bench({ cores });
    run.supply({ ...OPTIONS, augment });
    run.end();
    assert.deepEqual(posted, []);
  }
});

test("once the other worker is lost, nothing more is asked of it", () => {
  const { run, posted, worker } = bench();
  run.supply(OPTIONS);
  worker.dispatchEvent(new Event("error"));
  assert.ok(worker.ended);
  posted.length = 0;
  run.supply(OPTIONS);
  assert.deepEqual(posted, []);
  bench({ spawns: false }).run.supply(OPTIONS);
});

test("what comes for a run that has ended is dropped", () => {
  const { run, session, posted, answer } = bench();
  run.supply(OPTIONS);
  run.end();
  assert.deepEqual(posted.at(-1), { type: "end", run: 3 });
  answer();
  assert.deepEqual(session.taken, []);
});
