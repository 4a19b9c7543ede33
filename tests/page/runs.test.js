// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createRuns } from "../../www/runs.js";
import { TOO_FAST, core, data, freed } from "./core.js";

/** A worker's desk with a clock of its own and a page that draws at once. */
function desk({ draws = true, ahead = /** @type {any} */ (undefined) } = {}) {
  let time = 0;
  /** @type {any[]} */
  const sent = [];
  const runs = createRuns({ core, data, send: (message) => void sent.push(message), now: () => time, ahead });
  const of = (/** @type {string} */ type) => sent.filter((message) => message.type === type);
  const post = (/** @type {any} */ message) => runs.handle(message);

  /** Takes turns for so many milliseconds, two to a turn. @param {number} milliseconds */
  function pass(milliseconds) {
    for (const end = time + milliseconds; time < end; time += 2) {
      if (runs.wait() > 0) continue;
      const before = of("snapshot").length;
      runs.advance();
      const shown = of("snapshot").at(-1);
      if (draws && of("snapshot").length > before) post({ type: "drawn", run: shown.run });
    }
  }

  /** The machine sleeps. @param {number} milliseconds */
  const sleep = (milliseconds) => void (time += milliseconds);

  post({ type: "start", run: 1, replaces: null, options: {} });
  return { runs, post, pass, sleep, sent, of, last: (/** @type {string} */ type) => of(type).at(-1) };
}

test("a run introduces itself with all its sizes, then shows itself, measured exactly once it is still", () => {
  const { of, pass, last } = desk();
  assert.deepEqual(last("started").sizes, [4, 3, 2, 2]);
  assert.equal(last("started").step, 0);
  pass(400);
  assert.equal(last("snapshot").measured.at(-1).exact, true);
  assert.equal(last("snapshot").measured.at(-1).measuredOn, 50);
  const quiet = of("snapshot").length;
  pass(1000);
  assert.equal(of("snapshot").length, quiet, "nothing changed, nothing is sent");
});

test("a step by hand is observed, and its curve starts at the new place", () => {
  const { post, pass, last, of } = desk();
  pass(400);
  post({ type: "step", run: 1 });
  pass(10);
  const observed = of("snapshot").filter(({ report }) => report);
  assert.equal(observed.length, 1);
  assert.equal(observed[0].report.step, 1);
  assert.deepEqual([observed[0].curve.step, observed[0].curve.examples], [1, 10]);
  assert.equal(last("snapshot").parameters[0], 1);
});

test("playing keeps to its speed, and pausing stops at once", () => {
  const { post, pass, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(1000);
  assert.ok(Math.abs(last("snapshot").step - 10) <= 1, `${last("snapshot").step} steps in a second at 10 a second`);
  post({ type: "pause", run: 1 });
  const { step } = last("snapshot");
  pass(1000);
  assert.equal(last("snapshot").step, step);
});

test("steps that fell due while the machine slept are not made up for", () => {
  const { post, pass, sleep, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(300);
  const { step } = last("snapshot");
  sleep(60_000);
  pass(300);
  assert.ok(last("snapshot").step - step < 10, `${last("snapshot").step - step} steps in 0.3 seconds at 10 a second`);
});

test("at speed what is read is told no faster than it can be read, and always where the run stands", () => {
  const { post, pass, of, last } = desk();
  pass(400);
  const before = of("snapshot").length;
  post({ type: "play", run: 1, stepsPerSecond: 60 });
  pass(1000);
  const snapshots = of("snapshot").slice(before);
  const told = snapshots.filter(({ reading }) => reading !== undefined).length;
  assert.ok(snapshots.length > 40 && told >= 12 && told <= 16, `${told} of ${snapshots.length}`);
  post({ type: "pause", run: 1 });
  pass(10);
  assert.notEqual(last("snapshot").reading, undefined);
});

test("no snapshot is sent before the last one was drawn", () => {
  const { post, pass, of, last } = desk({ draws: false });
  post({ type: "play", run: 1, stepsPerSecond: null });
  pass(500);
  assert.equal(of("snapshot").length, 1);
  post({ type: "drawn", run: 1 });
  pass(2);
  assert.equal(of("snapshot").length, 2);
  assert.ok(last("snapshot").step > 100, "training went on meanwhile");
});

test("the console trains exactly the steps it asked for, one training after the other", () => {
  const { post, pass, of } = desk();
  post({ type: "train", run: 1, id: 1, steps: 12 });
  post({ type: "train", run: 1, id: 2, steps: 3 });
  pass(100);
  assert.deepEqual(of("answer").map(({ id, value }) => [id, value.step]), [[1, 12], [2, 15]]);
});

test("where a training has ended all is measured exactly at once: whoever asked for it may read the page next", () => {
  const { post, pass, last } = desk();
  pass(400);
  post({ type: "train", run: 1, id: 1, steps: 12 });
  pass(20);
  const { step, measured } = last("snapshot");
  assert.deepEqual([step, measured.at(-1)?.step, measured.at(-1)?.exact], [12, 12, true]);
});

test("a long training is measured on its way, closest where it begins", () => {
  const { post, pass, of } = desk();
  pass(400);
  post({ type: "train", run: 1, id: 1, steps: 1000 });
  pass(800);
  const steps = of("snapshot").flatMap(({ measured }) => measured.map((/** @type {any} */ { step }) => step));
  assert.ok(steps.length > 20, `${steps}`);
  assert.ok(steps.filter((step) => step < 100).length > 4, `${steps}`);
});

test("training by examples makes as many steps as it takes to see them", () => {
  const { post, pass, last } = desk();
  post({ type: "step", run: 1 });
  post({ type: "train", run: 1, id: 1, examples: 101 });
  pass(100);
  assert.equal(last("answer").value.examples, 120, "10 before, then 11 batches of 10");
});

test("a restart ends the trainings of the run before with a reason", () => {
  const { post, pass, last } = desk();
  post({ type: "train", run: 1, id: 1, steps: 1e6 });
  pass(20);
  post({ type: "reset", run: 2, replaces: 1 });
  assert.match(last("refused").message, /restarted at step \d+/);
  assert.equal(last("refused").id, 1);
  assert.deepEqual([last("started").run, last("started").step], [2, 0]);
});

test("a replaced run is heard of no more", () => {
  let ended = 0;
  const { post, pass, sent } = desk({ ahead: { serve: () => ({ supply() {}, end: () => void ended++ }) } });
  post({ type: "play", run: 1, stepsPerSecond: null });
  pass(50);
  post({ type: "reset", run: 2, replaces: 1 });
  sent.length = 0;
  pass(400);
  post({ type: "show-example", run: 2 });
  assert.deepEqual([...new Set(sent.map(({ run }) => run))], [2]);
  assert.equal(ended, 1, "nor are images made for it");
});

test("a command to a replaced run reaches the one in its place", () => {
  const { post, pass, last } = desk();
  post({ type: "reset", run: 2, replaces: 1 });
  post({ type: "start", run: 3, replaces: 1, options: { seed: 4 } });
  post({ type: "step", run: 1 });
  pass(10);
  assert.deepEqual([last("snapshot").run, last("snapshot").step], [3, 1]);
});

test("refused options leave the run as it was", () => {
  const { post, pass, last, of } = desk();
  post({ type: "step", run: 1 });
  post({ type: "start", run: 2, replaces: 1, options: { colour: "red" }, id: 9 });
  assert.deepEqual([last("refused").id, last("refused").run], [9, 2]);
  assert.match(last("refused").message, /expected one of .* found "colour"/);
  assert.equal(of("started").length, 1);
  post({ type: "step", run: 1 });
  pass(10);
  assert.equal(last("snapshot").step, 2);
});

test("a refused rate is followed by the options in force", () => {
  const { post, last } = desk();
  post({ type: "set-learning-rate", run: 1, learningRate: 1000 });
  assert.equal(last("options").options.learningRate, 1);
  assert.match(last("refused").message, /at most 100/);
});

test("a divergence stops the run, and going back restores the last good state with a lower rate", () => {
  const { post, pass, last, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: null });
  pass(3000);
  post({ type: "set-learning-rate", run: 1, learningRate: TOO_FAST });
  pass(20);
  const { step, cost, learningRate } = last("diverged");
  assert.deepEqual([cost, learningRate], [Infinity, TOO_FAST]);
  pass(1000);
  assert.equal(last("snapshot").step, step - 1, "the state before it is kept and shown");
  post({ type: "go-back", run: 2, replaces: 1, learningRate: 3 });
  const started = last("started");
  assert.equal(started.continues, true);
  assert.equal(started.options.learningRate, 3);
  const places = new Set(of("snapshot").flatMap(({ measured }) => measured).map((/** @type {any} */ one) => one.step));
  assert.equal(started.step, [...places].at(-2), "the last sound place that is remembered, since nothing is known of the step that led here");
});

test("where not all was well before the step that went too far either, the run goes back further", (t) => {
  const { post, pass, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: null });
  pass(3000);
  post({ type: "set-learning-rate", run: 1, learningRate: TOO_FAST + 1 });
  pass(500);
  t.mock.method(core.Session.prototype, "is_sound", () => false);
  t.mock.method(core.Session.prototype, "sound_stop", () => 20);
  post({ type: "go-back", run: 2, replaces: 1, learningRate: 3 });
  assert.ok(last("started").step > 0 && last("started").step <= 20, `${last("started").step}`);
});

test("gone back once, a run still knows its best place when it diverges again", () => {
  const { post, pass, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: null });
  pass(3000);
  for (const run of [1, 2]) {
    post({ type: "set-learning-rate", run, learningRate: TOO_FAST });
    post({ type: "step", run });
    pass(500);
    assert.equal(last("diverged").run, run);
    post({ type: "go-back", run: run + 1, replaces: run, learningRate: 3 });
  }
  assert.ok(last("started").step > 0, "not from the start");
});

test("when the step that went too far is found, the place it was made from is looked at", () => {
  const { post, pass, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: null });
  pass(3000);
  post({ type: "set-learning-rate", run: 1, learningRate: TOO_FAST + 1 });
  pass(500);
  const { step, overshoot } = last("diverged");
  const { back, measured } = last("snapshot");
  assert.deepEqual([last("snapshot").step, back.newest], [overshoot.step - 1, step - 1]);
  assert.deepEqual(measured, []);
  post({ type: "go-back", run: 2, replaces: 1, learningRate: 3 });
  assert.equal(last("started").step, overshoot.step - 1, "what is shown is gone on from");
});

test("a training that diverges is refused with the reason", () => {
  const { post, pass, last } = desk();
  post({ type: "set-learning-rate", run: 1, learningRate: TOO_FAST });
  post({ type: "train", run: 1, id: 3, steps: 4 });
  pass(20);
  assert.equal(last("refused").id, 3);
  assert.match(last("refused").message, /diverged at step 1/);
});

test("a budget used up ends the playing", () => {
  const { post, pass, last, of } = desk();
  post({ type: "start", run: 2, replaces: 1, options: { budget: 200, schedule: "cosine" } });
  post({ type: "play", run: 2, stepsPerSecond: null });
  pass(500);
  assert.equal(last("stopped").run, 2);
  assert.equal(last("snapshot").examples, 200);
  // Played on, it ends again before a step; one by hand is made.
  for (const stepsPerSecond of [null, 60]) {
    post({ type: "play", run: 2, stepsPerSecond });
    pass(500);
    assert.equal(last("snapshot").examples, 200);
  }
  assert.equal(of("stopped").length, 3);
  post({ type: "step", run: 2 });
  pass(500);
  assert.equal(last("snapshot").examples, 210);
});

test("the drawing is read anew by the next run, as its options say", () => {
  const { post, last } = desk();
  post({ type: "show-example", run: 1 });
  assert.equal(last("image").label, 1);
  assert.equal(last("reading").input[0], 0.25);
  assert.deepEqual([...last("reading").reading.scores], [5.25, 6.25], "the last layer's activations");
  assert.equal(last("reading").reading.cost, 11, "the cost of this one, its label being known");
  post({ type: "start", run: 2, replaces: 1, options: { straighten: false } });
  assert.equal(last("reading").input[0], 1);
});

test("an image is told to whoever is there to see it, and can be asked for again", () => {
  const { post, last } = desk();
  post({ type: "reset", run: 2, replaces: 1 });
  post({ type: "show-example", run: 1 });
  const { run, set, index, label } = last("image");
  assert.deepEqual([run, set, label], [2, "test", index % 2]);
  assert.ok(index < data.counts().test);
  post({ type: "show-example", run: 1, set, index: index + 1 });
  assert.deepEqual([last("image").index, last("image").label], [index + 1, (index + 1) % 2]);
  const pixels = new Float32Array(4).fill(51);
  post({ type: "show-noise", run: 1, pixels });
  assert.deepEqual([last("image").run, ...last("image").pixels], [2, ...pixels], "the same noise");
  assert.ok(Math.abs(last("reading").input[0] - 0.2) < 1e-6);
});

test("a training image is labelled as the run is told, and truly where it is told nothing", () => {
  const { post, last } = desk();
  const { trainingExamples } = last("started").options;
  const label = (/** @type {number} */ index) => (post({ type: "show-example", run: 1, set: "train", index }), last("image").label);
  assert.deepEqual([label(2), label(trainingExamples - 1)], [1, 0]);
  assert.deepEqual([label(trainingExamples), label(trainingExamples + 1)], [0, 1]);
});

test("noise is not prepared, and has no label", () => {
  const { post, last } = desk();
  post({ type: "show-noise", run: 1 });
  assert.ok(Math.abs(last("reading").input[0] - 0.4) < 1e-6);
  assert.equal(last("reading").reading.cost, null);
  post({ type: "show-nothing", run: 1 });
  assert.deepEqual([last("reading").input, last("reading").reading], [null, null]);
});

test("a state is saved every few seconds, and taken up by another worker", () => {
  const one = desk();
  one.post({ type: "play", run: 1, stepsPerSecond: 10 });
  one.pass(9000);
  assert.equal(one.of("saved").length, 2);
  const { bytes, step } = one.last("saved");
  const other = desk();
  other.post({ type: "restore", run: 2, replaces: 1, bytes, continues: true });
  assert.deepEqual([other.last("started").restored, other.of("started")[0].restored], [true, false]);
  assert.equal(other.last("started").step, step);
  assert.equal(other.last("started").continues, true);
});

test("a weight moved by hand is not saved as what training made of it", () => {
  const { post, pass, of, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(350);
  post({ type: "nudge", run: 1, index: 0, change: 0.5 });
  pass(9000);
  assert.equal(of("saved").length, 0);
  post({ type: "nudge", run: 1, index: 0, change: 0 });
  pass(500);
  const nudged = JSON.parse(new TextDecoder().decode(last("saved").bytes))[3];
  assert.deepEqual([of("saved").length, last("saved").step, nudged], [1, last("snapshot").step, 0]);
});

test("an earlier step that is looked at is not saved as where the run has come to", () => {
  const { post, pass, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(3000);
  post({ type: "look-back", run: 1, step: 0 });
  pass(9000);
  assert.deepEqual(of("saved"), []);
});

test("a saved run that cannot be taken up leaves nothing behind", () => {
  const { post, last } = desk();
  freed.length = 0;
  post({ type: "restore", run: 2, replaces: null, bytes: new ArrayBuffer(0), continues: true });
  assert.match(last("refused").message, /expected a header/);
  assert.equal(freed.length, 1);
});

test("snapshots bring what changed, and what the batch to come wants", () => {
  const { post, pass, of, last } = desk();
  pass(400);
  const [first] = of("snapshot");
  assert.ok(first.measured[0].exact, "whoever began the run may look at the page next");
  assert.deepEqual([...first.nudges.all], Array(5).fill(-1), "minus the gradient");
  assert.equal(first.nudges.largest.length, 12);
  post({ type: "step", run: 1 });
  pass(4);
  assert.equal(last("snapshot").change[0], 1);
  assert.ok(last("snapshot").curve);
  pass(400);
  const { change, nudges, curve, measured } = last("snapshot");
  assert.deepEqual([change, nudges, curve, measured[0].exact], [null, null, null, true], "known already, but for the exact numbers");
});

test("a nudge changes one parameter where training left it, and zero undoes it", () => {
  const { post, pass, last, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(350);
  const { step } = last("snapshot");
  post({ type: "nudge", run: 1, index: 0, change: 0.5 });
  assert.deepEqual([last("nudged").predictedChange, last("nudged").measuredChange, last("nudged").step], [-0.5, -0.45, step]);
  pass(500);
  assert.equal(last("snapshot").parameters[0], step + 0.5);
  post({ type: "nudge", run: 1, index: 0, change: 0.25 });
  pass(50);
  assert.equal(last("snapshot").parameters[0], step + 0.25, "in place of the last change, not on top of it");
  post({ type: "nudge", run: 1, index: 0, change: 0 });
  pass(50);
  assert.deepEqual([last("snapshot").parameters[0], last("snapshot").step], [step, step], "and nothing was trained meanwhile");
  assert.equal(of("refused").length, 0);
});

test("a nudge at an earlier step is measured, and what was recorded of that step stays", () => {
  const { post, pass, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(3000);
  post({ type: "look-back", run: 1, step: 0 });
  pass(200);
  const { measured } = last("snapshot").back;
  post({ type: "nudge", run: 1, index: 0, change: 0.5 });
  pass(500);
  assert.equal(last("snapshot").back.measured.cost, measured.cost - 0.25, "of the parameters that are shown");
  post({ type: "nudge", run: 1, index: 0, change: 0 });
  pass(500);
  assert.equal(last("snapshot").back.measured, measured);
});

test("what was measured of a nudge that training took along is not told of the step before it", () => {
  const { post, pass, last } = desk();
  post({ type: "step", run: 1 });
  pass(400);
  const measured = last("snapshot").measured.at(-1);
  post({ type: "nudge", run: 1, index: 0, change: 0.5 });
  pass(400);
  assert.equal(last("snapshot").measured.at(-1).cost, measured.cost - 0.25, "it is shown meanwhile");
  post({ type: "step", run: 1 });
  pass(400);
  post({ type: "look-back", run: 1, step: 1 });
  pass(400);
  assert.equal(last("snapshot").back.measured.cost, measured.cost);
});

test("an earlier step is looked at as it was recorded, and training goes on from there", () => {
  const { post, pass, last, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(3000);
  const { step } = last("snapshot");
  const notes = of("snapshot").flatMap(({ measured }) => measured);
  post({ type: "look-back", run: 1, step: 11 });
  pass(500);
  const { back, parameters, measured } = last("snapshot");
  const recorded = notes.find((note) => note.step === back.measured.step);
  assert.deepEqual([back.newest, back.measured, parameters[0]], [step, recorded, recorded.step]);
  assert.deepEqual(measured, [], "nothing is measured anew");
  assert.ok(Math.abs(recorded.step - 11) < 3);
  post({ type: "look-back", run: 1, by: -100 });
  pass(500);
  assert.equal(last("snapshot").step, 0);
  post({ type: "look-back", run: 1, by: 100 });
  pass(500);
  assert.deepEqual([last("snapshot").step, last("snapshot").back], [step, null]);
  post({ type: "look-back", run: 1, by: -1 });
  pass(500);
  const near = last("snapshot").step;
  assert.ok(near < step && near >= step - 3);
  post({ type: "look-back", run: 1, by: -1 });
  pass(500);
  const before = last("snapshot").step;
  assert.ok(before < near && before >= near - 3);
  assert.equal(of("gone-on").length, 0);
  post({ type: "step", run: 1 });
  pass(500);
  assert.deepEqual([last("gone-on").step, last("snapshot").step, last("snapshot").back], [before, before + 1, null]);
});

test("of a long run, too, an earlier step is looked at as it was recorded", () => {
  const { post, pass, last, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 20 });
  pass(210_000);
  const notes = of("snapshot").flatMap(({ measured }) => measured);
  assert.ok(notes.length > 2000, `${notes.length} records`);
  post({ type: "look-back", run: 1, step: notes[1000].step });
  pass(500);
  assert.equal(last("snapshot").back.measured, notes[1000]);
});

test("where the rate was changed a run can be looked back at, as it was itself, not the run before", () => {
  const { post, pass, last, of } = desk();
  for (let step = 0; step < 6; step++) (post({ type: "step", run: 1 }), pass(200));
  const notes = of("snapshot").flatMap(({ measured }) => measured);
  assert.ok(notes.some(({ step }) => step === 3));
  post({ type: "reset", run: 2, replaces: 1 });
  for (let step = 0; step < 3; step++) post({ type: "step", run: 2 });
  post({ type: "set-learning-rate", run: 2, learningRate: 3 });
  for (let step = 0; step < 3; step++) post({ type: "step", run: 2 });
  pass(200);
  post({ type: "look-back", run: 2, step: 3 });
  pass(200);
  const { step, back } = last("snapshot");
  assert.equal(step, 3);
  assert.ok(!notes.includes(back.measured));
});

test("the plane is laid anew when another run is kept beside it, and when parameters were put in, not when the run looks back", () => {
  const { post, pass, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(1050);
  post({ type: "pause", run: 1 });
  post({ type: "watch-plane", run: 1, aspect: 1, seed: null });
  pass(1000);
  const laid = () => of("plane").length;
  for (const [message, anew] of /** @type {const} */ ([
    [{ type: "look-back", step: 5 }, false],
    [{ type: "return-to-newest" }, false],
    [{ type: "keep-run", keep: true }, true],
    [{ type: "set-parameters", values: new Float32Array(5) }, true],
  ])) {
    const before = laid();
    post({ ...message, run: 1 });
    pass(1000);
    assert.equal(laid() > before, anew, message.type);
  }
});

test("back to the newest step while playing: the run stops there", () => {
  for (const message of [{ type: "return-to-newest" }, { type: "look-back", by: 1 }]) {
    const { post, pass, last } = desk();
    post({ type: "play", run: 1, stepsPerSecond: 10 });
    pass(350);
    post({ ...message, run: 1 });
    pass(200);
    const { step } = last("snapshot");
    pass(1000);
    assert.equal(last("snapshot").step, step, message.type);
    assert.equal(last("snapshot").measured.length > 0 || last("snapshot").step === 0, true, "and is measured");
  }
});

test("a nudge stops what the console trains, and says so", () => {
  const { post, pass, last } = desk();
  post({ type: "train", run: 1, id: 9, steps: 1_000_000 });
  pass(50);
  post({ type: "nudge", run: 1, index: 0, change: 0.5 });
  const { step } = last("nudged") && last("snapshot");
  assert.match(last("refused").message, /a weight was moved by hand, after step \d+/);
  assert.equal(last("refused").id, 9);
  pass(500);
  assert.ok(last("snapshot").step - step < 30, "nothing was trained any more");
});

test("idle neurons are told whenever the run is measured, and where it rests at an earlier step", () => {
  const { post, pass, of, last } = desk();
  pass(400);
  for (const { idle, measured } of of("snapshot")) assert.deepEqual(idle && [...idle], measured.length > 0 ? [1, 0, 0, 0, 0] : null);
  post({ type: "step", run: 1 });
  pass(400);
  post({ type: "look-back", run: 1, step: 0 });
  pass(400);
  assert.deepEqual([last("snapshot").back.newest, ...last("snapshot").idle], [1, 1, 0, 0, 0, 0]);
});

test("while it plays the largest nudges keep their names long enough to be read, and all are told meanwhile", () => {
  const { post, pass, of } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 60 });
  pass(3000);
  const told = of("snapshot").flatMap(({ nudges }) => nudges ?? []);
  const named = new Set(told.map(({ largest }) => largest)).size;
  assert.ok(told.length > 100 && named > 5 && named <= 11, `${named} of ${told.length}`);
});

test("the neuron that is watched is explained with every reading, if the run has it", () => {
  const { post, last } = desk();
  post({ type: "show-example", run: 1 });
  assert.equal(last("reading").reading.neuron, null);
  post({ type: "watch-neuron", run: 1, neuron: { layer: 2, neuron: 1 } });
  const { terms } = last("reading").reading.neuron;
  assert.deepEqual([terms.length, terms[0].from, terms[0].weight], [3, 1, 1]);
  post({ type: "start", run: 2, replaces: 1, options: { layers: [3] } });
  assert.equal(last("reading").reading.neuron.terms.length, 3, "an output now");
  for (const neuron of [{ layer: 3, neuron: 0 }, { layer: 2, neuron: 2 }]) {
    post({ type: "watch-neuron", run: 2, neuron });
    assert.equal(last("reading").reading.neuron, null);
  }
});

test("what each output adds to the cost is told when the wanted digit is known", () => {
  const { post, last } = desk();
  post({ type: "show-example", run: 1 });
  assert.deepEqual([...last("reading").reading.shares], [0, 11]);
  post({ type: "show-noise", run: 1 });
  assert.equal(last("reading").reading.shares, null);
});

test("other data restart the run; broken ones leave it", () => {
  const { post, last } = desk();
  post({ type: "load-data", run: 2, replaces: 1, id: 5, images: new ArrayBuffer(0), labels: new ArrayBuffer(0) });
  assert.match(last("refused").message, /IDX images/);
  freed.length = 0;
  post({ type: "load-data", run: 2, replaces: 9, images: new ArrayBuffer(4), labels: new ArrayBuffer(0) });
  assert.match(last("refused").message, /the number of a run, found 9/);
  assert.equal(freed.length, 1, "what nothing is learnt from is given back");
  post({ type: "reset", run: 2, replaces: 1 });
  assert.deepEqual(last("started").counts, data.counts());
  post({ type: "load-data", run: 3, replaces: 2, id: 6, images: new ArrayBuffer(4), labels: new ArrayBuffer(0) });
  assert.deepEqual(last("answer").value, { train: 9, test: 1 });
  assert.deepEqual(last("started").counts, { train: 9, test: 1 });
});

test("what was changed from outside is saved without a step, and told to have made the run another one", () => {
  const { post, pass, of, last } = desk();
  pass(400);
  const before = of("saved").length;
  post({ type: "set-learning-rate", run: 1, learningRate: 0.3 });
  assert.equal(last("options").diverts, false, "at step 0 it is as if it had been begun with that");
  pass(400);
  assert.equal(of("saved").length, before + 1);
  post({ type: "set-parameters", run: 1, id: 1, values: new Float32Array(5).fill(2) });
  assert.equal(last("options").diverts, true);
  pass(400);
  assert.equal(of("saved").length, before + 2);
  post({ type: "step", run: 1 });
  post({ type: "set-batch-size", run: 1, batchSize: 1 });
  assert.equal(last("options").diverts, true);
  pass(10);
  assert.equal(last("snapshot").report, null, "the step to come is another one than that which was seen");
  post({ type: "look-back", run: 1, step: 0 });
  post({ type: "set-learning-rate", run: 1, learningRate: 1 });
  assert.equal(last("options").diverts, true, "it may go on where it had come to");
});

test("parameters put in at an earlier step are gone on from", () => {
  const { post, pass, last } = desk();
  post({ type: "play", run: 1, stepsPerSecond: 10 });
  pass(3000);
  post({ type: "look-back", run: 1, step: 11 });
  pass(200);
  const { step } = last("snapshot");
  post({ type: "set-parameters", run: 1, values: new Float32Array(5).fill(0.5) });
  pass(200);
  assert.deepEqual([last("gone-on").step, last("snapshot").step, last("snapshot").back, last("snapshot").parameters[0]], [step, step, null, 0.5]);
});

test("parameters are told as trained, or as their average; a gradient that is no number is not told", () => {
  const { post, last } = desk();
  for (let step = 0; step < 2; step++) post({ type: "step", run: 1 });
  const told = (/** @type {string} */ which) => (post({ type: "get-parameters", run: 1, id: 1, which }), last("answer").value[0]);
  assert.deepEqual([told("trained"), told("average")], [2, 1]);
  post({ type: "get-gradient", run: 1, id: 2 });
  assert.equal(last("answer").value[0], 1);
  post({ type: "nudge", run: 1, index: 0, change: Infinity });
  post({ type: "get-gradient", run: 1, id: 3 });
  assert.deepEqual([last("refused").id, last("answer").id], [3, 2]);
  assert.match(last("refused").message, /gradient: expected finite numbers/);
});

test("several runs train side by side", () => {
  const { post, pass, of } = desk();
  post({ type: "start", run: 2, replaces: null, options: { seed: 2 } });
  post({ type: "train", run: 1, id: 1, steps: 10 });
  post({ type: "train", run: 2, id: 2, steps: 10 });
  pass(30);
  assert.deepEqual(of("answer").map(({ run, value }) => [run, value.step]), [[1, 10], [2, 10]]);
  post({ type: "train", run: 1, id: 3, steps: 1000 });
  pass(1000);
  assert.equal(of("answer").at(-1).id, 3, "one works on while the other rests");
});

test("the first steps of a training that nobody watches are in the history all the same", () => {
  const { post, pass, of } = desk();
  post({ type: "train", run: 1, id: 1, steps: 300 });
  pass(300);
  assert.equal(of("answer").length, 1);
  const steps = of("snapshot").flatMap(({ measured }) => measured.map((/** @type {any} */ one) => one.step));
  assert.deepEqual(steps.slice(0, 5), [0, 1, 2, 3, 4]);
  for (const [k, step] of steps.entries()) assert.ok(k === 0 || step <= 1.2 * steps[k - 1] + 1, `${steps}`);
  // So they are where it goes on from an earlier one.
  post({ type: "look-back", run: 1, step: 0 });
  const before = of("snapshot").length;
  post({ type: "train", run: 1, id: 2, steps: 200 });
  pass(300);
  const again = of("snapshot").slice(before).flatMap(({ measured }) => measured.map((/** @type {any} */ one) => one.step));
  assert.deepEqual(again.slice(0, 4), [1, 2, 3, 4]);
});

test("a trap of the module is not answered for: it ends the worker", (t) => {
  const { post, sent } = desk();
  t.mock.method(core.Session.prototype, "evaluate", () => {
    throw new WebAssembly.RuntimeError("unreachable");
  });
  sent.length = 0;
  assert.throws(() => post({ type: "evaluate", run: 1, id: 1, set: "test" }), /unreachable/);
  assert.deepEqual(sent, []);
});

test("a message that is not of the protocol throws", () => {
  const { post } = desk();
  assert.throws(() => post({ type: "dance", run: 1 }), /found type "dance"/);
});
