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
/** A worker that dies this soon after the last one would only die again. */
const TOO_SOON_MS = 10_000;

/** @typedef {import("./protocol.js").NextRun} NextRun */
/** @typedef {import("./protocol.js").Without<import("./protocol.js").KeepDrawings, "run">} Kept */

/**
 * @param {{ state: import("./state.js").State, link: ReturnType<typeof import("./link.js").createLink>,
 *   standing: ReturnType<typeof import("./standing.js").createStanding>,
 *   restart(next: NextRun): number,   // the number of the new run
 *   redraw(topics: import("./state.js").Topic[]): void }} page
 */
export function createRescue({ state, link, standing, restart, redraw }) {
  let diedAt = -Infinity;
  /** What the visitor should read once the run stands again. */
  let notice = "";
  /** The last of the runs that bring it there. */
  let awaited = 0;
  /**
   * What a new worker must be given again before it takes up the run, in this order: data and drawings of the visitor's own.
   * `later` are drawings that came after those learnt from.
   * @type {{ data: NextRun | null, drawings: Kept | null, teach: NextRun | null, later: Kept | null }}
   */
  const kept = { data: null, drawings: null, teach: null, later: null };

  /** @param {string} text @param {"retry" | null} [action] */
  function giveUp(text, action = "retry") {
    state.phase = "failed";
    state.playing = false;
    standing.failed(text);
    redraw([...say(state, { tone: "error", text, action }), "playing"]);
  }

  function open() {
    try {
      link.open();
    } catch (error) {
      giveUp(reason(error));
    }
  }

  return {
    open,
    giveUp,

    /**
     * The worker is ready for its first run: as it was before, or as the address asks.
     * @param {() => Partial<import("./protocol.js").Options>} fromAddress @param {string} [because] a message to show
     */
    begin(fromAddress, because) {
      if (because) notice = because;
      const { options, saved } = state;
      state.run = 0;
      if (options) {
        const others = kept.data !== null || kept.teach !== null;
        let run = restart({ type: "start", options: others ? {} : options });
        if (kept.data) run = restart({ ...kept.data, replaces: run });
        if (kept.drawings) link.post({ ...kept.drawings, run, id: UNASKED });
        if (kept.teach) run = restart({ ...kept.teach, replaces: run });
        if (kept.later) link.post({ ...kept.later, run, id: UNASKED });
        if (saved) run = restart({ type: "restore", replaces: run, bytes: saved.bytes, continues: true });
        else if (others) run = restart({ type: "start", replaces: run, options });
        awaited = run;
        return;
      }
      if (kept.drawings) link.post({ ...kept.drawings, run: 0, id: UNASKED });
      try {
        restart({ type: "start", options: fromAddress() });
      } catch (error) {
        notice = misread(reason(error));
        restart({ type: "start", options: {} });
      }
    },

    /** A run has started. @param {number} run @returns {{ text: string, tone: "hint" | "error" }} what to say now */
    started(run) {
      const text = notice;
      if (run >= awaited) {
        notice = "";
        standing.reached();
      }
      return { text, tone: text ? "error" : "hint" };
    },

    /** @param {string} message @param {"code" | "data"} what */
    died(message, what) {
      state.playing = false;
      // Nothing stands that could be told anything.
      state.run = 0;
      const now = performance.now();
      const hopeless = state.options === null || now - diedAt < TOO_SOON_MS;
      diedAt = now;
      if (what === "data") return giveUp(`The digits could not be loaded: ${message}`);
      if (hopeless) return giveUp(`The computation could not be started: ${message}`);
      notice = `The computation failed (${message}) and was taken up again at step ${whole(state.saved?.step ?? 0)}.`;
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

    /** The drawings as they are now; until `teach` those learnt from stay the others. @param {Kept} message */
    keepDrawings(message) {
      kept[kept.teach ? "later" : "drawings"] = message;
    },

    /** A run has begun: what it learns from, if that is new. @param {NextRun} next */
    keepData(next) {
      if (next.type === "load-data" || next.type === "shipped-data") kept.data = next.type === "load-data" ? next : null;
      else if (next.type !== "teach") return;
      // Other data are learnt from without the drawings at first.
      kept.teach = next.type === "teach" && next.on ? next : null;
      if (kept.later) kept.drawings = kept.later;
      kept.later = null;
    },
  };
}
