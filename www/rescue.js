// @ts-check
/**
 * Beginning, and beginning again: opens the worker, and when one dies, opens another and hands it the last
 * saved state, so that nothing is lost but a few seconds.
 *
 * @module
 */

import { reason, whole } from "./format.js";
import { say } from "./state.js";
import { misread } from "./words.js";

/** The number of a question whose answer nobody waits for; others count from 1. */
const UNASKED = 0;
/** So long nothing need come of what a worker fetches: a server may be silent for ever. */
const SILENCE_MS = 20_000;
/** A worker that dies this soon after the last one would only die again. */
const TOO_SOON_MS = 10_000;

/** @typedef {import("./protocol.js").NextRun} NextRun */
/** @typedef {import("./protocol.js").Without<import("./protocol.js").KeepDrawings, "run">} Kept */

/**
 * @param {{ state: import("./state.js").State, connection: ReturnType<typeof import("./connection.js").createConnection>,
 *   standing: ReturnType<typeof import("./standing.js").createStanding>,
 *   restart(next: NextRun): number,   // the number of the new run
 *   redraw(topics: import("./state.js").Topic[]): void }} page
 */
export function createRescue({ state, connection, standing, restart, redraw }) {
  let diedAt = -Infinity;
  /** What the visitor should read once the run stands again. */
  let notice = "";
  /** A new worker is brought to the visitor's run by several restarts: the number of the last one. */
  let awaited = 0;
  /** And of the last one that has started. @type {number | null} */
  let reached = null;
  /** Why the first of them that was refused was so: those after it are refused for lack of it. */
  let refusal = "";
  /**
   * What a new worker must be given again before it takes up the run: data and drawings of the visitor's own. Those learnt
   * from may have been fewer.
   * @type {{ data: NextRun | null, teach: NextRun | null, learnt: Kept | null, drawings: Kept | null }}
   */
  const kept = { data: null, teach: null, learnt: null, drawings: null };

  /** Drawings for the new worker. @param {Kept | null} drawings @param {number | null} run */
  function give(drawings, run) {
    if (drawings) connection.post({ ...drawings, run: run ?? 0, id: UNASKED });
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;
  /** Whether that has been said. */
  let silent = false;

  /** Something has come, or is to come from now on. */
  function heard() {
    quiet();
    silence = setTimeout(() => {
      silent = true;
      redraw(say(state, { tone: "error", text: `Nothing has come for ${SILENCE_MS / 1000} seconds. If it does, this goes on by itself.`, action: "retry" }));
    }, SILENCE_MS);
  }

  /** Nothing is waited for, or it has come. */
  function quiet() {
    clearTimeout(silence);
    if (silent) redraw(say(state, { text: "" }));
    silent = false;
  }

  /** @param {string} text @param {"retry" | null} [action] */
  function giveUp(text, action = "retry") {
    quiet();
    state.phase = "failed";
    standing.failed(text);
    redraw([...say(state, { tone: "error", text, action }), "playing"]);
  }

  function open() {
    heard();
    try {
      connection.open();
    } catch (error) {
      giveUp(reason(error));
    }
  }

  /** @param {() => Partial<import("./protocol.js").Options>} fromAddress */
  function first(fromAddress) {
    let options = {};
    try {
      options = fromAddress();
    } catch (error) {
      notice = misread(reason(error));
    }
    awaited = restart({ type: "start", replaces: null, options });
  }

  return {
    open,
    giveUp,
    heard,

    /**
     * The worker is ready for its first run: as it was before, or as the address asks.
     * @param {() => Partial<import("./protocol.js").Options>} fromAddress
     */
    begin(fromAddress) {
      quiet();
      const { options, saved } = state;
      state.run = 0;
      reached = null;
      refusal = "";
      /** @type {number | null} */
      let run = null;
      if (kept.data || kept.teach) run = restart({ type: "start", replaces: null, options: {} });
      if (kept.data) run = restart({ ...kept.data, replaces: run });
      if (kept.teach) {
        give(kept.learnt, run);
        run = restart({ ...kept.teach, replaces: run });
      }
      give(kept.drawings, run);
      if (saved) awaited = restart({ type: "restore", replaces: run, bytes: saved.bytes, continues: true });
      else if (options) awaited = restart({ type: "start", replaces: run, options });
      else first(fromAddress);
    },

    /** A run has started. @param {number} run @returns {boolean} whether it only leads to the one that the visitor is to see */
    leads(run) {
      if (run < awaited) reached = run;
      return run < awaited;
    },

    /** The visitor's run has started. @returns {{ text: string, tone: "hint" | "error" }} what to say now */
    started() {
      const text = notice;
      notice = "";
      standing.reached();
      return { text, tone: text ? "error" : "hint" };
    },

    /** None stands yet, and this one cannot be made: instead of the last of them the nearest that can. @param {number} run @param {string} because */
    refused(run, because) {
      refusal ||= because;
      if (run < awaited) return;
      const { options } = state;
      notice = options ? `The computation failed and begins anew. What it had come to could not be taken up: ${refusal}` : misread(refusal);
      // Of other data there may be fewer.
      awaited = restart({ type: "start", replaces: reached, options: options ? { ...options, trainingExamples: undefined } : {} });
    },

    /** @param {string} message @param {"code" | "data"} what */
    died(message, what) {
      quiet();
      state.playing = false;
      // Nothing stands that could be told anything.
      state.run = 0;
      const now = performance.now();
      const tooSoon = now - diedAt < TOO_SOON_MS;
      diedAt = now;
      if (what === "data") return giveUp(`The digits could not be loaded: ${message}`);
      const place = `step ${whole(state.saved?.step ?? 0)}`;
      notice = `The computation failed (${message}) and was taken up again at ${place}.`;
      if (state.options === null) return giveUp(`The computation could not be started: ${message}`);
      if (tooSoon) return giveUp(`The computation failed again (${message}). Try again takes it up at ${place}.`);
      standing.renew();
      redraw([...say(state, { tone: "error", text: "The computation failed and is being started again\u2026" }), "playing"]);
      open();
    },

    retry() {
      state.phase = "loading";
      standing.renew();
      redraw(say(state, { text: "" }));
      open();
    },

    /** The drawings as they are now. @param {Kept} message */
    keepDrawings(message) {
      kept.drawings = message;
    },

    drawings: () => kept.drawings,

    /** A run has begun: what it learns from, if that is new. @param {NextRun} next @param {Kept | null} drawings when it was asked for */
    keepData(next, drawings) {
      if (next.type === "load-data" || next.type === "shipped-data") kept.data = next.type === "load-data" ? next : null;
      else if (next.type !== "teach") return;
      // Other data are learnt from without the drawings at first.
      kept.teach = next.type === "teach" && next.on ? next : null;
      kept.learnt = drawings;
    },
  };
}
