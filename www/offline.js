// @ts-check
/**
 * The page kept on the visitor's machine, so that it opens without a network. Where a browser cannot do that, or will not,
 * nothing is lost.
 *
 * @module
 */

/** So long must nothing have happened before the files are fetched: training comes first. */
const CALM_MS = 2000;

/**
 * @param {{ step(): number, kept(): void, newer(): void }} page
 *   `step`: a number that changes while training goes on; `kept`: the page is kept now; `newer`: a newer build is there
 */
export function createOffline({ step, kept, newer }) {
  const container = workers();

  /** @param {ServiceWorkerRegistration} registration */
  function watch(registration) {
    // The first build waits for nothing but its turn.
    const look = () => void (registration.active && registration.waiting && newer());
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  }

  // Only another tab, or `load`, puts a newer build in the place of the one that this page is of.
  if (container?.controller) container.addEventListener("controllerchange", newer);

  let asked = false;

  return {
    /** Has the page kept, once and when it is calm. */
    async keep() {
      if (!container || asked || savesData()) return;
      asked = true;
      for (let before = NaN; before !== step(); ) {
        before = step();
        await new Promise((resolve) => setTimeout(resolve, CALM_MS));
      }
      try {
        watch(await container.register(new URL("../sw.js", import.meta.url)));
      } catch {
        return; // no room, or not allowed
      }
      await container.ready;
      kept();
    },

    /** Loads the newer build. */
    async load() {
      const waiting = (await container?.getRegistration())?.waiting;
      if (!waiting) return location.reload();
      container?.addEventListener("controllerchange", () => location.reload());
      waiting.postMessage("take over");
    },
  };
}

/** What keeps the page, where there is such a thing: in a frame that is shut off, to ask for it is an error. */
function workers() {
  try {
    return navigator.serviceWorker ?? null;
  } catch {
    return null;
  }
}

/** Whether the visitor asks for few bytes: to keep the page is to fetch it once more. */
function savesData() {
  const { connection } = /** @type {Navigator & { connection?: { saveData?: boolean } }} */ (navigator);
  return connection?.saveData === true;
}
