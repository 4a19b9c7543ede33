// @ts-check
/**
 * The wiring: one state, one worker, one animation-frame loop. Events become messages, answers are applied to
 * the state, and each frame draws only what changed.
 *
 * @module
 */

import * as address from "./address.js";
import { createBatch } from "./batch.js";
import { createBall } from "./ball.js";
import { createCatchUp } from "./catch-up.js";
import { createConnection } from "./connection.js";
import { createConsole } from "./console.js";
import { createControls } from "./controls.js";
import { byId } from "./dom.js";
import { createDrive } from "./drive.js";
import { createEvaluation } from "./evaluation.js";
import { savePicture, saveTable } from "./export.js";
import { createJourney } from "./journey.js";
import { listenToKeys } from "./keys.js";
import { createLessons } from "./lessons.js";
import { createLook } from "./look.js";
import { createOffline } from "./offline.js";
import { createOwnData } from "./own-data.js";
import * as pad from "./pad.js";
import { refreshPalette } from "./palette.js";
import { placePopovers } from "./popovers.js";
import { missingFeature } from "./probe.js";
import { actionOf, createReadouts } from "./readouts.js";
import { createRescue } from "./rescue.js";
import { createSharing } from "./sharing.js";
import { createSlow } from "./slow.js";
import { createStage } from "./stage.js";
import { createStanding } from "./standing.js";
import { apply, createState, moveBall, say } from "./state.js";
import { createTabs } from "./tabs.js";
import { createTeach } from "./teach.js";
import { createTelling } from "./telling.js";
import { createTheme } from "./theme.js";
import { createTimeline } from "./timeline.js";
import { createTurn } from "./turn.js";
import { createWhy } from "./why.js";
import { divergence, misread, runName, stepWords } from "./words.js";

/** @typedef {import("./state.js").Topic} Topic */

/** @type {Topic[]} */
const EVERYTHING = [
  "options", "readouts", "playing", "pad", "input", "reading", "network", "slice", "plane", "history",
  "gradient", "neuron", "evaluation", "why", "drawings", "message",
];
/** In a tab that is hidden. */
const UNSEEN_MS = 16;
/** A pause this long, and the texts beside the pictures are brought up to date. */
const QUIET_MS = 2000;

const state = createState();
/** @type {Set<Topic>} */
const changed = new Set();
let frameAsked = false;
let seenFrame = 0;
let unseenFrame = 0;
let quiet = 0;

/** @param {Topic[]} topics */
function redraw(topics) {
  for (const topic of topics) changed.add(topic);
  if (frameAsked || changed.size === 0) return;
  frameAsked = true;
  askFrame();
}

/** A tab that nobody sees is given no frames, but its numbers may be asked for. */
function askFrame() {
  if (document.hidden) unseenFrame = setTimeout(() => frame(performance.now()), UNSEEN_MS);
  else seenFrame = requestAnimationFrame(frame);
}

document.addEventListener("visibilitychange", () => {
  if (!frameAsked) return;
  clearTimeout(unseenFrame);
  cancelAnimationFrame(seenFrame);
  askFrame();
});

// The worker ------------------------------------------------------------------------------------------------

/** A snapshot has come that is not drawn yet; the worker sends no other until it is told. */
let waiting = false;
/** A new worker does not know yet what the page shows: the drawing, the plane, the opened neuron. */
let untold = false;

const connection = createConnection({ onMessage: receive, onDeath: (message, what) => (slow.drop(), rescue.died(message, what)) });

/** @param {import("./protocol.js").NextRun} next */
function restarting(next) {
  return /** @type {import("./protocol.js").Restart} */ ({ replaces: state.run || null, ...next, run: ++state.asked });
}

/** @param {import("./protocol.js").NextRun} next @returns {number} the number of the new run */
function restart(next) {
  const restarted = restarting(next);
  connection.post(restarted);
  return restarted.run;
}

/** Begins another run in place of the one shown, when there is one. @param {import("./protocol.js").NextRun} next */
function restartShown(next) {
  return state.run > 0 ? restart(next) : 0;
}

/** Posts a message about the run shown; without a run it is dropped. @param {import("./protocol.js").AboutRun} message @param {Transferable[]} [transfer] */
function tell(message, transfer) {
  // An image takes the place of what was drawn before.
  if (message.type === "show-example" || message.type === "show-noise") strokesMoved = false;
  if (state.run > 0) connection.post({ ...message, run: state.run }, transfer);
}

/** A question about the run shown. @type {import("./protocol.js").Ask} */
const ask = (question) => connection.ask({ ...question, run: state.run });

/** Puts words into the status line. @param {Parameters<typeof say>[1]} message */
const write = (message) => redraw(say(state, message));

/** The same on the visitor's wish: what the status line said before is over. @param {import("./protocol.js").AboutRun} message */
function command(message) {
  write({ text: "" });
  tell(message);
}

const standing = createStanding();
const rescue = createRescue({ state, connection, standing, restart, redraw });

/** @param {import("./protocol.js").FromWorker} message */
function receive(message) {
  if (message.type === "started" && rescue.leads(message.run)) return;
  if (message.type === "snapshot" && message.run === state.run && slow.keeps(message)) return;
  if (message.type === "snapshot" && message.run === state.run) waiting = true;
  const train = state.counts?.train;
  redraw(apply(state, message));
  if (message.type === "snapshot") catchUp.seen();
  telling.heard(message);
  switch (message.type) {
    case "loading":
      return rescue.heard();
    case "ready":
      untold = true;
      return rescue.begin(() => address.read(location.hash, message.limits));
    case "started":
      look.forgetNudge();
      write(rescue.started());
      slow.drop();
      drive.seen(message.run);
      if (untold) (showPad(), watchPlane(), look.remind(), averageViews(), offline.keep());
      // As what a training image is labelled is a matter of the run; of other data it is forgotten.
      else if (state.pad.set === "train" && state.counts?.train === train) showPad();
      untold = false;
      // Whoever waits for it finds the buttons ready, in a hidden tab as well.
      return reflect(new Set(["options", "readouts", "playing"]), performance.now());
    case "refused":
      if (message.id !== undefined) return;
      look.forgetNudge();
      if (state.run === 0) return rescue.refused(message.run, message.message);
      return write({ tone: "error", text: message.run === followed ? misread(message.message) : message.message });
    case "diverged":
      // What would be seen slowly has not come about.
      slow.drop();
      return write({ tone: "error", text: divergence(message), action: message.silent ? "new-start" : "go-back", until: message.step });
    case "reading":
      return drive.read();
    case "nudged":
      return look.nudged();
    case "stopped":
      return write({
        text: `The budget is used up${state.options?.schedule === "cosine" ? ": the learning rate has come down to zero" : ""}. Reset begins anew; a longer one is set under More.`,
      });
  }
}

// The drawing -----------------------------------------------------------------------------------------------

let strokesMoved = false;

/** Puts what lies on the pad before the network. */
function showPad() {
  const { image, label, set, index } = state.pad;
  if (image && label === null) return tell({ type: "show-noise", pixels: image });
  if (image) return tell({ type: "show-example", set: set ?? "test", index: index ?? 0 });
  strokesMoved = true;
  redraw(["pad"]);
}

function postStrokes() {
  strokesMoved = false;
  if (state.pad.strokes.length === 0) return tell({ type: "show-nothing" });
  const { points, lengths } = pad.flatten(state.pad.strokes);
  tell({ type: "show-strokes", points, lengths, label: state.pad.label }, [points.buffer, lengths.buffer]);
}

// The controls ----------------------------------------------------------------------------------------------

const controls = createControls({
  configure: (options) => restartShown({ type: "start", options }),
  learningRate: (learningRate) => command({ type: "set-learning-rate", learningRate }),
  batchSize: (batchSize) => command({ type: "set-batch-size", batchSize }),
  speed: () => state.playing && drive.play(true),
  newStart,
  complain: (text) => write({ tone: "error", text }),
});

function newStart() {
  restartShown({ type: "new-start" });
}

const drive = createDrive(state, { command, redraw, slow: () => slow, stepsPerSecond: () => controls.stepsPerSecond(), showPad });
/** The run that a link asked for in this tab. */
let followed = 0;
const { share } = createSharing(state, { redraw, start: (options) => (followed = restartShown({ type: "start", options })) });

const act = {
  play() {
    drive.play(!state.playing);
    // What a switch is set to can be read as soon as it was pressed.
    reflect(new Set(["playing"]), performance.now());
  },
  step: drive.step,
  slow: drive.slow,
  reset: () => restartShown({ type: "reset" }),
  clear: () => (pad.clear(state.pad), showPad()),
  undo: () => (pad.undo(state.pad), showPad()),
  "random-digit": () => command({ type: "show-example" }),
  noise: () => command({ type: "show-noise" }),
  share,
  "status-action": () => ({ "go-back": goBack, "new-start": newStart, return: timeline.returnToNewest, retry: rescue.retry })[actionOf(state) ?? "return"](),
  "keep-run": keepRun,
  "plane-directions": () => {
    // The seed of the run seeds its directions, too: the same link shows the same plane.
    state.random = state.random === null ? (state.options?.seed ?? 0) : null;
    watchPlane();
    redraw(["plane"]);
  },
  "history-csv": () => saveTable(state),
  "history-png": () => savePicture(state, /** @type {HTMLCanvasElement} */ (byId("history"))),
};
for (const [id, action] of Object.entries(act)) byId(id).addEventListener("click", action);
listenToKeys(act);

/** A smaller rate of the ladder, from the last good place. */
function goBack() {
  if (!state.limits || !state.options) return;
  const { learningRate } = state.options;
  // A step of this rate would have ended where the cost begins to rise.
  const most = learningRate * (state.overshoot?.turn || 1);
  const lower = state.limits.learningRates.filter((rate) => rate < learningRate && rate <= most).at(-1);
  restartShown({ type: "go-back", learningRate: lower ?? state.limits.learningRate.min });
}

/** Its curves and its path, or those of no run. */
function keepRun() {
  const { history } = state;
  if (history.steps.length === 0) return;
  state.kept = state.kept ? null : { name: runName(state), history: structuredClone(history) };
  command({ type: "keep-run", keep: state.kept !== null });
  redraw(["history", "plane", "playing"]);
}

/** The choice of a switch. @param {Event} event */
const chosen = (event) => /** @type {HTMLInputElement} */ (event.target).value;

byId("cost-scale").addEventListener("change", (event) => {
  state.logarithmic = chosen(event) === "log";
  redraw(["history"]);
});

byId("tiles").addEventListener("change", (event) => {
  state.tiles = chosen(event) === "change" ? "change" : "weights";
  redraw(["network"]);
});

byId("descent-picture").addEventListener("change", (event) => {
  state.picture = /** @type {typeof state.picture} */ (chosen(event));
  const surface = state.picture !== "slice";
  for (const id of ["slice", "slice-words"]) byId(id).hidden = surface;
  for (const id of ["plane", "plane-words"]) byId(id).hidden = !surface;
  turn.reflect();
  redraw(["slice", "plane"]);
});

/** Tells the worker whether the plane is looked at, and in which form. */
function watchPlane() {
  const { hidden, clientWidth, clientHeight } = byId("plane");
  tell({ type: "watch-plane", aspect: hidden ? null : clientWidth / clientHeight, seed: state.random });
}

// Its sides decide how far the plane reaches; hidden, it has none.
new ResizeObserver(watchPlane).observe(byId("plane"));

// The pictures ----------------------------------------------------------------------------------------------

const timeline = createTimeline(state, {
  command,
  halt() {
    slow.finish();
    state.playing = false;
    redraw(["playing"]);
  },
});
const stage = createStage(state, {
  ...timeline.on,
  fast: () => controls.fast(),
  onStroke(strokes, finished) {
    pad.draw(state.pad, strokes);
    strokesMoved = true;
    // The pad draws its own ink while the pen is down.
    redraw(finished ? ["pad", "reading"] : ["reading"]);
  },
});
const readouts = createReadouts(state);
const look = createLook(state, stage, { post: tell, redraw });
const turn = createTurn(byId("plane"), state, redraw);
const ball = createBall();
const telling = createTelling(state);
/** Sixteen looks at each image, or one. */
const views = /** @type {HTMLInputElement} */ (byId("average-views"));
const averageViews = () => tell({ type: "average-views", on: views.checked });
views.addEventListener("change", () => {
  averageViews();
  redraw(["readouts"]);
});

/** What reads closely; each asks the worker for what it shows. */
const asking = {
  state,
  redraw,
  command,
  ask,
};

/** Images of the data before: the one before the network, and those behind a count. */
function forgetImages() {
  state.chosenCell = null;
  if (!state.pad.image || state.pad.label === null) return;
  pad.clear(state.pad);
  showPad();
}

const tabs = createTabs(/** @type {HTMLElement} */ (document.querySelector(".tabs")));

/** From further down to what stands before the network now, and to what can be done with it. */
function toPad() {
  tabs.show("draw");
  scrollTo({ top: 0 });
  byId("clear").focus({ preventScroll: true });
}

/** A restart that is answered. @type {import("./protocol.js").Begin} */
const begin = async (next) => {
  await standing.promise;
  return connection.ask(restarting(next));
};

/** The same; what it brought along is kept for a new worker. @type {import("./protocol.js").Begin} */
const restartAsked = async (next) => {
  await standing.promise;
  const drawings = rescue.drawings();
  const answer = await begin(next);
  rescue.keepData(next, drawings);
  if (next.type === "load-data" || next.type === "shipped-data") forgetImages();
  return answer;
};

const catchUp = createCatchUp(state, () => reflect(new Set(["readouts"]), performance.now()), drawn);
const descent = createConsole({ standing, state, ask, restart: restartAsked, shown: catchUp.until });
const ownData = createOwnData({
  state,
  redraw,
  load: descent.loadData,
  shipped: () => restartAsked({ type: "shipped-data" }),
  drawings: (file) => void teach.open(file),
  say: (text, error) => write({ text, tone: error ? "error" : "hint" }),
});
const teach = createTeach({
  ...asking,
  async restart(next) {
    await lessons.keep(byId("drawings-words"));
    return restartAsked(next);
  },
  kept: rescue.keepDrawings,
  show(strokes, label) {
    pad.draw(state.pad, strokes);
    state.pad.label = label;
    showPad();
    toPad();
  },
  mark(label) {
    state.pad.label = label;
    showPad();
  },
  say: (text) => write({ text }),
});
/** A neuron, the reasons and the batch lie in the same place. */
function closeCards() {
  if (state.opened) look.open(null);
  why.close();
  batch.close();
}
const why = createWhy({ ...asking, makeRoom: closeCards });
const batch = createBatch({ ...asking, makeRoom: closeCards });
const journey = createJourney(asking);
const parts = [ownData, teach, createEvaluation({ ...asking, toPad }), why, batch, journey];
const slow = createSlow(state, {
  step: () => command({ type: "step" }),
  ended: () => write({ text: stepWords(state), ofStep: true }),
  over: drive.seen,
  receive,
  redraw,
  show: tabs.show,
});

const lessons = createLessons(state, {
  ask,
  begin,
  asked: () => state.asked,
  command,
  play(stepsPerSecond) {
    controls.setSpeed(stepsPerSecond);
    drive.play(true);
  },
  pause: () => state.playing && drive.play(false),
  slowly: drive.stepSlowly,
  choose: look.choose,
  open: look.open,
  digit() {
    const { image, label, strokes } = state.pad;
    const noise = image !== null && label === null;
    if (strokes.length === 0 && (!image || noise)) command({ type: "show-example" });
    // What was drawn lies under it.
    else if (noise) (pad.undo(state.pad), showPad());
  },
  batch: batch.open,
  clear() {
    closeCards();
    look.choose(null);
    journey.close();
  },
  slice: () => /** @type {HTMLElement} */ (document.querySelector("#descent-picture [value=slice]")).click(),
  show: tabs.show,
  say: (text) => write({ text }),
  complain: (text) => write({ tone: "error", text }),
});

/** The worker may make the next snapshot. */
function drawn() {
  if (waiting) tell({ type: "drawn" });
  waiting = false;
}

/** The ball is on its way, or has just arrived. */
function flying() {
  return state.landing !== null && !state.rested;
}

/** Draws what is read and pressed. @param {Set<Topic>} topics @param {number} now @returns {Topic[]} what is to be drawn later */
function reflect(topics, now) {
  if (topics.has("options")) controls.reflect(state);
  return readouts.draw(topics, now);
}

/** @param {number} now */
function frame(now) {
  cancelAnimationFrame(seenFrame);
  frameAsked = false;
  if (flying()) for (const topic of moveBall(state, ball.at(state, now, controls.stepsPerSecond()))) changed.add(topic);
  for (const topic of slow.frame(now, flying())) changed.add(topic);
  const topics = new Set(changed);
  changed.clear();
  // The next snapshot is made while this one is drawn.
  drawn();
  // It asks how far the page is scrolled, which is quick only as long as nothing is written.
  lessons.draw();
  if (strokesMoved) postStrokes();
  const unread = reflect(topics, now);
  look.draw(topics);
  for (const part of parts) part.draw(topics);
  const moving = stage.draw(topics, now);
  redraw([...unread, ...moving, ...((flying() && !(state.lingers && state.progress === 1)) || state.slow ? /** @type {Topic[]} */ (["slice"]) : [])]);
  clearTimeout(quiet);
  quiet = setTimeout(() => stage.settle(performance.now()), QUIET_MS);
}

createTheme(
  byId("theme"),
  () => {
    refreshPalette();
    redraw(EVERYTHING);
  },
  () => {
    // The second draws what comes a frame late.
    frame(performance.now());
    frame(performance.now());
  },
);
placePopovers();

/** What teachers and tests type into the browser's console. */
Object.assign(window, { descent });

const offline = createOffline({
  step: () => state.step,
  kept: () => (byId("kept").hidden = false),
  newer: () => (byId("newer").hidden = false),
});
byId("newer").addEventListener("click", offline.load);

const missing = missingFeature();
if (missing) rescue.giveUp(`This browser lacks ${missing}, which Descent computes with.`, null);
else rescue.open();
