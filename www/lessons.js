// @ts-check
/**
 * The text below the stage: each part has a button that sets the stage for what it says, and a line of numbers of the
 * very run that is shown.
 *
 * @module
 */

import { byId, reducedMotion, setHidden, setText } from "./dom.js";
import { cost, percent, plain, reason, signed, whole, withArticle } from "./format.js";
import { parameterName, placeOf } from "./places.js";
import { valueAt } from "./scales.js";
import { isProduct } from "./slice.js";
import { className, images } from "./words.js";

/** @typedef {import("./state.js").State} State */

/**
 * What a scene may do with the page.
 * @typedef {object} Page
 * @property {import("./protocol.js").Ask} ask     a question about the run shown
 * @property {import("./protocol.js").Begin} begin   a run in place of the one shown
 * @property {() => number} asked                        the number of the last run that was asked for
 * @property {(message: import("./protocol.js").AboutRun) => void} command
 * @property {(stepsPerSecond: string) => void} play
 * @property {() => void} pause
 * @property {() => void} slowly                          one step in slow motion
 * @property {() => void} digit                           something to read lies on the pad
 * @property {() => void} batch                           the images of the batch are seen
 * @property {() => void} clear                           nothing lies open over the stage
 * @property {() => void} slice                           the picture of the descent that tells of one direction
 * @property {(place: import("./protocol.js").Place) => void} choose
 * @property {(neuron: import("./protocol.js").Neuron) => void} open
 * @property {(tab: string) => void} show                 where only a part of the page is seen at a time
 * @property {(text: string) => void} say
 * @property {(text: string) => void} complain
 */

/** From here on a step that is too long can be seen to be. */
const SETTLED_STEPS = 300;
/**
 * A network that reads so many of the unseen digits, after so many images, is sure of nearly everything, of noise as well; one
 * that has to learn it first gets so many steps.
 */
const LEARNT = { accuracy: 0.9, examples: 200_000, steps: 30_000 };
/** To look at the step to come. */
const LOOK_MS = 1500;
/** What the chapter speaks of, whatever a scene before has left behind: the seed stays. */
const VIDEO = { preset: "video" };
/** Everything is learnt by heart within seconds: few images, never changed. */
const BY_HEART = { preset: "best", augment: false, labels: "shuffled", trainingExamples: 500 };
/** Longer than the worker ever takes for an answer. */
const PATIENCE_MS = 4000;
const SCROLL_MS = 1000;
/** The lines of numbers change at most so often. */
const LIVE_MS = 300;

/** @param {State} state @param {Page} page */
export function createLessons(state, page) {
  /** Where to look, and what is done there; the control that has the focus then. @type {Record<string, { tab: string, focus: string, set(): unknown }>} */
  const scenes = {
    recap: {
      tab: "network",
      focus: "network",
      set() {
        page.digit();
        page.open({ layer: 1, neuron: 0 });
      },
    },
    cost: {
      tab: "draw",
      focus: "step",
      async set() {
        await begin(VIDEO);
        page.slowly();
      },
    },
    slope: { tab: "descent", focus: "step", set: overshoot },
    many: {
      tab: "descent",
      focus: "nudge",
      async set() {
        page.pause();
        const nudges = await until(() => state.nudges?.step === state.step && state.nudges);
        page.choose(placeOf(nudges.largest[0].index, state.sizes));
      },
    },
    watch: {
      tab: "draw",
      focus: "play",
      async set() {
        await begin(VIDEO);
        page.digit();
        page.play("60");
      },
    },
    learnt: {
      tab: "draw",
      focus: "noise",
      async set() {
        page.pause();
        if (!(state.measured && state.measured.testAccuracy > LEARNT.accuracy && state.examples >= LEARNT.examples)) {
          await begin(VIDEO);
          page.say(`First it learns to read: ${whole(LEARNT.steps)} steps. Then comes the noise.`);
          await unlessLeft(page.ask({ type: "train", steps: LEARNT.steps }));
        }
        page.command({ type: "show-noise" });
      },
    },
    heart: {
      tab: "descent",
      focus: "play",
      async set() {
        await begin(BY_HEART);
        page.digit();
        page.batch();
        page.play("60");
      },
    },
    hood: {
      tab: "descent",
      focus: "play",
      async set() {
        await begin({ preset: "best" });
        page.digit();
        page.play("max");
      },
    },
  };

  /** Counts the scenes, and the run on which the last one plays. */
  let scene = 0;
  let played = 0;
  /** The visitor's own run, which a scene has taken the place of. */
  let aside = /** @type {{ bytes: ArrayBuffer, step: number } | null} */ (null);
  /** The last run that a scene began, and its rate: nobody misses it. */
  let begun = 0;
  let rate = 0;

  const left = () => new Error("expected the scene to go on, found another run");

  /**
   * What a scene waits for. Another scene, or a run that the visitor began meanwhile, ends it there.
   * @template T
   * @param {Promise<T>} promise
   */
  async function unlessLeft(promise) {
    const own = scene;
    const value = await promise;
    if (own !== scene || page.asked() !== played) throw left();
    return value;
  }

  /** A run of the scene's own. @param {Partial<import("./protocol.js").Options>} options */
  async function begin(options) {
    const step = reached();
    // Of two runs the longer one stays: it took more to make.
    if (state.run !== begun && step > (aside?.step ?? 0)) setAside(await unlessLeft(save()), step);
    const own = scene;
    await page.begin({ type: "start", options });
    begun = state.run;
    rate = state.options?.learningRate ?? 0;
    showAside(back.querySelector("[data-scene]"));
    if (own !== scene) throw left();
    played = begun;
  }

  /** Where the visitor's run has come to: an earlier step may be looked at, which after a divergence is the last good one. */
  const newest = () => (state.overshoot ? null : state.back?.newest);
  const reached = () => newest() ?? state.step;

  /** All of it. */
  function save() {
    if (newest()) page.command({ type: "return-to-newest" });
    return page.ask({ type: "save" });
  }

  /** @param {ArrayBuffer} bytes @param {number} step */
  function setAside(bytes, step) {
    aside = { bytes, step };
    setText(kept.children[0], `Your run of ${whole(step)} ${step === 1 ? "step" : "steps"} is set aside.`);
  }

  /** @param {Element | null} beside */
  function showAside(beside) {
    kept.hidden = !aside;
    beside?.after(kept);
  }

  const kept = byId("set-aside");
  kept.children[1].addEventListener("click", async () => {
    if (!aside) return;
    await scrolled(0);
    try {
      await page.begin({ type: "restore", bytes: aside.bytes, continues: false });
    } catch (error) {
      // Begun with other data: it stays set aside until they are back.
      return complain(error);
    }
    aside = null;
    setHidden(kept, true, byId("play"));
  });

  /** @param {unknown} error */
  function complain(error) {
    page.complain(reason(error));
  }

  /** A run that has found its valley, and the smallest rate of the ladder at which its next step leaps over it. */
  async function overshoot() {
    page.slice();
    byId("slice-words").scrollIntoView({ block: "nearest" });
    await begin(VIDEO);
    await unlessLeft(page.ask({ type: "train", steps: SETTLED_STEPS }));
    const rates = state.limits?.learningRates.filter((rate) => rate > (state.options?.learningRate ?? 0)) ?? [];
    for (const learningRate of rates) {
      page.command({ type: "set-learning-rate", learningRate });
      const curve = await until(() => state.curve?.step === state.step && state.curve.slice.learningRate === learningRate && state.curve);
      if (valueAt(curve, curve.batch, 1) > curve.slice.cost) break;
    }
    // First the step to come is looked at, then where it has led.
    await unlessLeft(new Promise((resolve) => setTimeout(resolve, LOOK_MS)));
    state.lingers = true;
    page.command({ type: "step" });
  }

  /**
   * What a condition finds, as soon as it does; for a scene that goes on until then.
   * @template T
   * @param {() => T | null | undefined | false} find
   * @returns {Promise<T>}
   */
  function until(find) {
    const begun = performance.now();
    /** @type {Promise<T>} */
    const answer = new Promise((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found) resolve(found);
        else if (performance.now() - begun > PATIENCE_MS) reject(new Error(`expected an answer within ${PATIENCE_MS / 1000} seconds, found none`));
        else setTimeout(look, 30);
      };
      look();
    });
    return unlessLeft(answer);
  }

  /** @param {string} name */
  async function set(name) {
    const { tab, focus, set } = scenes[name];
    const own = ++scene;
    page.clear();
    page.show(tab);
    back = byId(`lesson-${name}`);
    const to = leading[0].querySelector(".wide-only");
    if (to) setText(to, "Back to the text");
    await scrolled(0);
    if (own !== scene) return;
    played = page.asked();
    // A rate that an earlier scene has set on its own run is taken back.
    if (state.run === begun && state.options?.learningRate !== rate) page.command({ type: "set-learning-rate", learningRate: rate });
    try {
      await set();
    } catch (error) {
      if (own !== scene || page.asked() !== played) return;
      complain(error);
    }
    // What has just been asked for is there in the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => byId(focus).focus({ preventScroll: true })));
  }

  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-scene]"));
  for (const button of buttons) button.addEventListener("click", () => state.options && set(String(button.dataset.scene)));

  /** From the stage to the text: at first to its beginning, later to where the visitor left it. */
  const leading = document.querySelectorAll("[data-to]");
  let back = byId("below");
  for (const button of leading) {
    button.addEventListener("click", () => {
      back.scrollIntoView({ behavior: reducedMotion() ? "auto" : "smooth", block: "start" });
      back.focus({ preventScroll: true });
    });
  }

  const lines = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-live]")]);
  let due = /** @type {ReturnType<typeof setTimeout> | null} */ (null);
  function write() {
    due = null;
    for (const line of lines) setText(line, live(state, String(line.dataset.live)));
  }
  addEventListener("scroll", draw, { passive: true });

  /** Nobody reads them while they are out of sight. */
  function draw() {
    if (scrollY > 0 && !due) due = setTimeout(write, LIVE_MS);
  }

  return {
    draw,

    /** Keeps the visitor's run before another takes its place. @param {Element} beside where it is said */
    async keep(beside) {
      const step = reached();
      if (state.run === begun || step === 0) return;
      setAside(await save(), step);
      showAside(beside);
    },
  };
}

/** Scrolls, and waits until it is done. @param {number} top */
function scrolled(top) {
  scrollTo({ top, behavior: reducedMotion() ? "auto" : "smooth" });
  const begun = performance.now();
  return /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const look = () => (Math.abs(scrollY - top) < 1 || performance.now() - begun > SCROLL_MS ? resolve() : requestAnimationFrame(look));
      look();
    })
  );
}

/** The line of numbers under a text. @param {State} state @param {string} name */
export function live(state, name) {
  const { options, measured, curve, nudges, reading, step, history } = state;
  if (!options) return "";
  const slice = curve?.slice;
  switch (name) {
    case "recap":
      return state.sizes.length > 0 ? `Here: ${state.sizes.join(" \u2192 ")}.` : "";
    case "cost":
      return measured ? `Now: ${cost(measured.cost)} on ${images(measured.measuredOn)}.` : "";
    case "slope":
      if (!slice) return "";
      if (!isProduct(slice)) return `Now: slope ${cost(slice.gradientNorm)}; ${options.optimizer === "adam" ? "Adam" : "momentum"} makes of it a step of ${cost(slice.stepLength)}.`;
      return `Now: rate ${plain(slice.learningRate)} \u00d7 slope ${cost(slice.gradientNorm)} = a step of ${cost(slice.stepLength)}.`;
    case "many":
      return nudges && nudges.largest.length > 0
        ? `Largest nudge now: ${parameterName(placeOf(nudges.largest[0].index, state.sizes), state.sizes, state.names)}, ${signed(nudges.largest[0].nudge)}.`
        : "";
    case "watch":
      return measured && step > 0
        ? `This run: cost ${cost(history.cost[0])} ${history.steps[0] === 0 ? "at first" : `at step ${whole(history.steps[0])}`}, ${cost(measured.cost)} after ${whole(step)} ${step === 1 ? "step" : "steps"}.`
        : "";
    case "learnt":
      return reading ? `Now it reads ${withArticle(className(state, reading.digit))}, with ${reading.scores[reading.digit].toFixed(2)} at that output.` : "";
    case "heart":
      return measured && step > 0 ? `Now: ${percent(measured.trainAccuracy)} of training digits, ${percent(measured.testAccuracy)} of unseen ones.` : "";
    case "hood":
      return `This run: ${options.activation}, ${options.cost}, seed ${options.seed}.`;
  }
  return "";
}
