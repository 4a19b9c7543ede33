// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRescue } from "../../www/rescue.js";
import { record } from "../../www/history.js";
import { createStanding } from "../../www/standing.js";
import { apply, createState } from "../../www/state.js";
import { LIMITS } from "./core.js";

const COUNTS = { train: 50, test: 8 };
const MEASURED = { cost: 1, trainAccuracy: 0, testAccuracy: 0, examples: 0, epoch: 0, measuredOn: 50, exact: true };

/** A page whose worker can be told to die. */
function page() {
  const state = createState();
  /** @type {any[]} */
  const posted = [];
  let opened = 0;
  /** Beside the restarts. @type {any[]} */
  const heard = [];
  const connection = /** @type {any} */ ({ open: () => void opened++, post: (/** @type {any} */ message) => void heard.push(message) });
  let answered = 0;
  /** @param {any} message */
  function restart(message) {
    posted.push({ replaces: state.run || null, ...message, run: posted.length + 1 });
    return posted.length;
  }
  const standing = createStanding();
  const rescue = createRescue({ state, connection, standing, restart, redraw: () => {} });

  /** The worker answers each restart. @param {number} step where the last of them stands */
  function answer(step) {
    let told = { text: "nothing", tone: "" };
    for (const { run, replaces, continues = false } of posted.slice(answered)) {
      answered = run;
      if (rescue.leads(run)) continue;
      apply(state, {
        type: "started", run, replaces, options: LIMITS.presets.video, counts: COUNTS, sizes: [4, 3, 2, 2],
        parameterCount: 3, step, examples: 0, epoch: 0, continues, restored: continues,
        data: { own: false, taught: false, memory: 0 },
      });
      told = rescue.started();
    }
    return told;
  }

  /** The worker refuses the restarts from this one on. @param {number} from @param {string} because */
  function refuse(from, because) {
    for (const { run } of posted.slice(answered)) {
      answered = run;
      if (run < from) rescue.leads(run);
      else rescue.refused(run, run === from ? because : `expected the number of a run, found ${run - 1}`);
    }
  }
  return { state, posted, heard, connection, rescue, standing, answer, refuse, opened: () => opened };
}

test("the first run begins as the address asks", () => {
  const { rescue, posted, answer } = page();
  rescue.begin(() => ({ seed: 7 }));
  assert.deepEqual(posted, [{ type: "start", replaces: null, options: { seed: 7 }, run: 1 }]);
  assert.deepEqual(answer(0), { text: "", tone: "hint" });
});

test("a broken address is told, and the usual start used", () => {
  const { rescue, posted, answer } = page();
  rescue.begin(() => {
    throw new Error("seed: expected a number, found “x”");
  });
  assert.deepEqual(posted[0].options, {});
  assert.match(answer(0).text, /link was not understood: seed/);
});

test("when a worker dies, another takes up the saved state, and the visitor reads so", () => {
  const { state, rescue, posted, answer, opened } = page();
  rescue.begin(() => ({}));
  answer(0);
  state.saved = { bytes: new ArrayBuffer(3), step: 1200 };
  for (const step of [0, 600, 1200, 1300]) record(state.history, { ...MEASURED, step });
  rescue.died("unreachable", "code");
  assert.equal(opened(), 1);
  assert.equal(state.message.tone, "error");
  rescue.begin(() => ({ seed: 99 }));
  const [restore] = posted.slice(1);
  assert.deepEqual([restore.type, restore.replaces, restore.continues], ["restore", null, true]);
  const { text } = answer(1200);
  assert.match(text, /failed \(unreachable\) and was taken up again at step 1200/);
  assert.equal(state.step, 1200);
  assert.deepEqual(state.history.steps, [0, 600, 1200], "and what led there is still seen");
  assert.equal(state.saved.step, 1200, "nor would it be lost if this one died, too");
  assert.equal(rescue.started().text, "", "it is said once");
});

test("before a state was saved it begins anew, with the options in force, not those of the address", () => {
  const { rescue, posted, answer } = page();
  rescue.begin(() => ({}));
  answer(0);
  rescue.died("unreachable", "code");
  rescue.begin(() => ({ seed: 99 }));
  assert.deepEqual(posted.slice(1).map(({ type, options }) => [type, options]), [["start", LIMITS.presets.video]]);
});

test("what cannot be taken up again is told, and the run begins anew", () => {
  const { state, rescue, posted, answer, refuse } = page();
  rescue.begin(() => ({}));
  answer(0);
  rescue.keepData({ type: "load-data", images: new ArrayBuffer(1), labels: new ArrayBuffer(2) }, null);
  state.saved = { bytes: new ArrayBuffer(3), step: 1200 };
  rescue.died("unreachable", "code");
  rescue.begin(() => ({}));
  refuse(3, "out of memory");
  const last = posted[posted.length - 1];
  assert.deepEqual([last.type, last.replaces, last.options.learningRate], ["start", 2, LIMITS.presets.video.learningRate]);
  assert.deepEqual([posted.length, last.options.trainingExamples], [5, undefined], "once, with as many images as there are");
  assert.match(answer(0).text, /begins anew\. .*: out of memory$/, "the first reason, not that the others lacked a run");
});

test("options of the address that no run can have are told, and the usual start used", () => {
  const { rescue, posted, answer, refuse } = page();
  rescue.begin(() => ({ batchSize: 0 }));
  refuse(1, "option batchSize: expected 1 or more, found 0");
  assert.deepEqual([posted[1].replaces, posted[1].options], [null, {}]);
  assert.match(answer(0).text, /link was not understood: option batchSize/);
});

test("the visitor's own data are given to the next worker again", () => {
  const { rescue, posted, answer } = page();
  rescue.begin(() => ({}));
  answer(0);
  rescue.keepData({ type: "load-data", images: new ArrayBuffer(1), labels: new ArrayBuffer(2) }, null);
  rescue.died("unreachable", "code");
  rescue.begin(() => ({}));
  assert.deepEqual(posted.slice(1).map(({ type }) => type), ["start", "load-data", "start"]);
  assert.deepEqual(posted.slice(2).map(({ replaces }) => replaces), [2, 3]);
  // Back to those that came with the page, nothing has to be given.
  answer(0);
  rescue.keepData({ type: "shipped-data" }, null);
  posted.length = 0;
  rescue.begin(() => ({}));
  assert.deepEqual(posted.map(({ type }) => type), ["start"]);
});

test("a worker that dies later on is started again, and knows nothing of the one before", (t) => {
  const { state, rescue, posted, answer, refuse, opened } = page();
  let now = 0;
  t.mock.method(performance, "now", () => now);
  rescue.begin(() => ({}));
  answer(0);
  rescue.keepData({ type: "load-data", images: new ArrayBuffer(1), labels: new ArrayBuffer(2) }, null);
  for (const [death, because] of ["out of memory", "no such file"].entries()) {
    now += 11_000;
    rescue.died("unreachable", "code");
    assert.deepEqual([opened(), state.phase], [death + 1, "loading"]);
    const before = posted.length;
    rescue.begin(() => ({}));
    // The second one cannot even begin the first of its runs.
    refuse(before + (death === 0 ? 2 : 1), because);
    assert.equal(posted.at(-1).replaces, death === 0 ? before + 1 : null);
    assert.match(answer(0).text, new RegExp(`: ${because}$`));
  }
});

test("a worker that cannot be started is told, with a way to try again", () => {
  const { state, rescue, connection } = page();
  connection.open = () => {
    throw new Error("Worker is not allowed here");
  };
  rescue.open();
  assert.deepEqual([state.phase, state.message.text, state.message.action], ["failed", "Worker is not allowed here", "retry"]);
});

test("a worker that dies again at once is not started for ever", () => {
  const { state, rescue, answer, opened } = page();
  rescue.begin(() => ({}));
  answer(0);
  rescue.died("unreachable", "code");
  rescue.begin(() => ({}));
  answer(0);
  rescue.died("unreachable", "code");
  assert.equal(opened(), 1);
  assert.deepEqual([state.phase, state.message.action], ["failed", "retry"]);
  rescue.retry();
  assert.equal(opened(), 2);
});

test("data that do not come are told, with a way to try again", () => {
  const { state, rescue } = page();
  rescue.died("expected the data at /x, found status 404", "data");
  assert.match(state.message.text, /digits could not be loaded: .* 404/);
  assert.equal(state.message.action, "retry");
});

/** One point each. @param {number[]} labels */
function drawings(...labels) {
  const ones = Uint32Array.from(labels, () => 1);
  return { type: /** @type {const} */ ("keep-drawings"), points: new Float64Array(2 * labels.length), lengths: ones, strokes: ones, labels: Uint8Array.from(labels) };
}

test("the next worker learns from the same drawings, and then hears of those kept since", () => {
  const { rescue, posted, heard, answer } = page();
  rescue.keepDrawings(drawings(1));
  rescue.begin(() => ({}));
  answer(0);
  const learnt = rescue.drawings();
  rescue.keepDrawings(drawings(1, 2));
  rescue.keepData({ type: "teach", on: true }, learnt);
  rescue.died("unreachable", "code");
  heard.length = 0;
  rescue.begin(() => ({}));
  assert.deepEqual(posted.slice(1).map(({ type }) => type), ["start", "teach", "start"]);
  assert.deepEqual(heard.map(({ labels }) => [...labels]), [[1], [1, 2]]);
  // Learning from all of them, or from none, they are one again.
  rescue.keepData({ type: "teach", on: false }, rescue.drawings());
  rescue.keepDrawings(drawings(3));
  rescue.died("unreachable", "code");
  heard.length = 0;
  rescue.begin(() => ({}));
  assert.deepEqual(heard.map(({ labels }) => [...labels]), [[3]]);
});

test("who asks too early waits through a failure that is mended, and hears of one that is not", async () => {
  const { state, rescue, standing, answer } = page();
  rescue.begin(() => ({}));
  const early = standing.promise;
  answer(0);
  await early;
  rescue.died("unreachable", "code");
  assert.equal(state.run, 0, "nothing is told what is not there");
  const between = standing.promise;
  assert.notEqual(between, early);
  rescue.begin(() => ({}));
  answer(0);
  await between;
  rescue.died("unreachable", "code");
  await assert.rejects(standing.promise, /failed again \(unreachable\)/, "so soon after the last time");
  rescue.retry();
  rescue.begin(() => ({}));
  answer(0);
  await standing.promise;
});
