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
    batchSize: 100,
    /** @type {[number, number, Uint8Array][]} */
    taken: [],
    waiting: 0,
    images_to_augment: () => new Uint8Array(784),
    /** Before the first place, too. @param {number} batches @returns {any} */
    batch_after: (batches) => [session.place.epoch, session.place.position + session.batchSize * batches],
    ahead: () => session.waiting,
    /** @param {number} epoch @param {number} position @param {Uint8Array} images */
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
    worker.dispatchEvent(new MessageEvent("message", { data: { run, epoch, position, images: new Uint8Array(1) } }));
  }
  const asked = () => posted.filter(({ type }) => type === "make").map(({ epoch, position, count }) => [epoch, position, count]);
  return { run, session, worker, posted, asked, answer };
}

test("images are asked for from a little further on, three thousand at a time", () => {
  const { run, posted, asked } = bench();
  run.supply(OPTIONS);
  const { images, ...begin } = posted[0];
  assert.deepEqual(begin, { type: "begin", run: 3, straighten: true, seed: 7 });
  assert.equal(images.length, 784);
  assert.deepEqual(asked(), [2000, 3000, 4000].map((position) => [0, position, 1000]));
  run.supply(OPTIONS);
  assert.equal(asked().length, 3, "they are on their way");
});

test("what comes is handed on, and what follows is asked for, into the next epoch, until enough lie ready", () => {
  const { run, session, asked, answer } = bench();
  run.supply(OPTIONS);
  answer();
  answer();
  assert.deepEqual(session.taken.map(([epoch, position]) => [epoch, position]), [[0, 2000], [0, 3000]]);
  run.supply(OPTIONS);
  assert.deepEqual(asked(), [4000, 5000, 6000].map((position) => [0, position, 1000]));
  while (asked().length > 0) answer();
  session.waiting = 6000;
  run.supply(OPTIONS);
  assert.deepEqual(asked(), []);
  session.place.position = 5000;
  session.waiting = 2000;
  run.supply(OPTIONS);
  assert.deepEqual(asked(), [[0, 7000, 1000], [0, 8000, 1000], [1, 0, 1000]]);
});

test("images that come late are asked for further on, those that come early less far", () => {
  /** How far before the run it asks after images have come when the run was so far before them. @param {number} early */
  const lead = (early) => {
    const { run, session, asked, answer } = bench();
    for (let k = 0; k < 20; k++) {
      run.supply(OPTIONS);
      while (asked().length > 0) {
        session.place = { epoch: asked()[0][0], position: asked()[0][1] - early };
        answer();
      }
      session.waiting = 0;
      // From anew.
      session.place = { epoch: 40 * (k + 1), position: 0 };
    }
    run.supply(OPTIONS);
    return asked()[0][1];
  };
  assert.ok(lead(-500) > lead(1500));
  assert.equal(lead(1500), 2000);
  assert.ok(lead(4000) < 1500);
});

test("no images are asked for twice, however large the batches", () => {
  for (const batchSize of [128, 1500, 4500]) {
    const { run, session, asked } = bench();
    session.batchSize = batchSize;
    run.supply({ ...OPTIONS, batchSize });
    const places = asked().map(([epoch, position]) => 9000 * epoch + position);
    assert.equal(new Set(places).size, places.length, `${places}`);
    assert.deepEqual(places.toSorted((a, b) => a - b), places);
    assert.ok(places.length > 1);
  }
});

test("a run that has overtaken them, gone elsewhere or takes other batches is met a little before it", () => {
  const { run, session, asked, answer } = bench();
  run.supply(OPTIONS);
  for (const [place, batchSize] of /** @type {const} */ ([
    [{ epoch: 0, position: 8000 }, 100],
    [{ epoch: 0, position: 300 }, 100],
    [{ epoch: 4, position: 100 }, 100],
    [{ epoch: 4, position: 600 }, 300],
  ])) {
    session.place = place;
    while (asked().length > 0) answer();
    session.waiting = 0;
    run.supply({ ...OPTIONS, batchSize });
    const [epoch, position, count] = asked()[0];
    assert.equal(epoch, place.epoch);
    const further = position - place.position;
    assert.ok(further >= 0 && further <= 6000 + batchSize, `${further} further on`);
    // Whole batches, and where one begins.
    assert.deepEqual([further % 100, count], [0, batchSize === 100 ? 1000 : 900]);
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
