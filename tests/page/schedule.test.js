// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchedule } from "../../www/schedule.js";

/** @typedef {import("../../www/state.js").Topic} Topic */

/**
 * Pictures that write down when they are drawn, on a clock that only drawing moves.
 * @param {Record<string, { topics: Topic[], takes?: number, every?: number, moving?: boolean, prompt?: Topic }>} pictures
 */
function desk(pictures) {
  let time = 0;
  /** @type {string[]} */
  const drawn = [];
  const schedule = createSchedule(
    Object.entries(pictures).map(([name, { takes = 0, every = 0, moving = false, ...rest }]) => ({ name, takes, every, moving, ...rest })),
    ({ name, takes, moving }) => {
      drawn.push(name);
      time += takes;
      return moving;
    },
    () => time,
  );
  /** A frame at a time; tells what it drew and what wants another one. @param {Topic[]} topics @param {number} now */
  const frame = (topics, now, running = true) => {
    const wants = schedule.draw(new Set(topics), now, running);
    return { drawn: drawn.splice(0), wants };
  };
  return { frame };
}

test("only what shows a changed topic is drawn", () => {
  const { frame } = desk({ pad: { topics: ["pad"] }, network: { topics: ["network", "pad"] }, slice: { topics: ["slice"] } });
  assert.deepEqual(frame(["pad"], 0), { drawn: ["pad", "network"], wants: [] });
  assert.deepEqual(frame(["slice"], 16), { drawn: ["slice"], wants: [] });
});

test("what moves asks for its own topics again", () => {
  const { frame } = desk({ slice: { topics: ["slice"], moving: true } });
  assert.deepEqual(frame(["slice"], 0), { drawn: ["slice"], wants: ["slice"] });
});

test("a frame that took long leaves the others to the next one, where they come first and all are drawn", () => {
  const { frame } = desk({
    network: { topics: ["network"], takes: 6 },
    weights: { topics: ["network"], takes: 6 },
    slice: { topics: ["slice"] },
  });
  assert.deepEqual(frame(["network", "slice"], 0), { drawn: ["network"], wants: ["late"] });
  // The same news again: what was late is drawn, however long it takes; the newcomer waits in turn.
  assert.deepEqual(frame(["network"], 16), { drawn: ["weights", "slice"], wants: ["late"] });
  assert.deepEqual(frame([], 33), { drawn: ["network"], wants: [] });
  assert.deepEqual(frame([], 50), { drawn: [], wants: [] });
});

test("while a run goes on a picture keeps its pace, and shows the last news when its time has come", () => {
  const { frame } = desk({ network: { topics: ["network"], every: 66 }, weights: { topics: ["network"] } });
  assert.deepEqual(frame(["network"], 0).drawn, ["network", "weights"]);
  assert.deepEqual(frame(["network"], 16), { drawn: ["weights"], wants: ["late"] });
  assert.deepEqual(frame([], 33), { drawn: [], wants: ["late"] });
  assert.deepEqual(frame([], 66), { drawn: ["network"], wants: [] });
});

test("what is prompt is drawn at once, whatever the pace", () => {
  const { frame } = desk({ network: { topics: ["network"], every: 66, prompt: "reading" } });
  assert.deepEqual(frame(["network"], 0).drawn, ["network"]);
  assert.deepEqual(frame(["network"], 16).drawn, []);
  assert.deepEqual(frame(["reading"], 33).drawn, ["network"]);
  assert.deepEqual(frame(["network"], 50).drawn, [], "and counts");
});

test("where nothing runs every picture is drawn at once", () => {
  const { frame } = desk({ network: { topics: ["network"], every: 66 } });
  assert.deepEqual(frame(["network"], 0, false).drawn, ["network"]);
  assert.deepEqual(frame(["network"], 1, false).drawn, ["network"]);
  // What a run left waiting is drawn as soon as it has stopped.
  assert.deepEqual(frame(["network"], 2, true), { drawn: [], wants: ["late"] });
  assert.deepEqual(frame([], 3, false), { drawn: ["network"], wants: [] });
});
