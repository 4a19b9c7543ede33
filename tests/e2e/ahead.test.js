// Images made ahead by a second worker, in the built page: the run is the same with it, without it, and when it is lost.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { copyFor, openSite, rewrite } from "./site.js";

/**
 * Trains on the site as it is on a machine of so many cores.
 * @param {number} cores
 * @param {(folder: string) => void} [change]  what is changed in the site
 */
async function train(cores, change) {
  const { folder, remove } = copyFor(cores, change);
  const site = await openSite({ folder });
  try {
    const { page, problems } = await site.visit();
    const parameters = await page.evaluate(async () => {
      await descent.configure({ preset: "best", budget: 1_000_000, seed: 4 });
      await descent.train({ examples: 60_000 });
      const saved = await descent.save();
      await descent.train({ examples: 60_000 });
      await descent.restore(saved);
      await descent.train({ examples: 60_000 });
      const parameters = await descent.parameters();
      const hash = await crypto.subtle.digest("SHA-256", Float32Array.from(parameters));
      return Array.from(new Uint8Array(hash)).join();
    });
    const workers = page.workers().map((worker) => /** @type {string} */ (worker.url().split("/").at(-1)));
    return { parameters, workers, problems };
  } finally {
    await site.close();
    remove();
  }
}

test("a run is the same, whether a second worker makes its images, is lost, or is not started", async () => {
  const alone = await train(2);
  assert.deepEqual(alone.workers, ["worker.js"]);
  assert.deepEqual(alone.problems, []);
  const together = await train(8);
  assert.deepEqual(together.workers, ["worker.js", "preparer.js"]);
  assert.deepEqual(together.problems, []);
  assert.equal(together.parameters, alone.parameters);
  const lost = await train(8, (folder) => rmSync(join(folder, "www", "preparer.js")));
  assert.equal(lost.parameters, alone.parameters);
  assert.match(lost.problems.join(), /preparer\.js/, "it was asked for");

  // What it makes is what is trained on: changed as strongly as images that are not straightened, they lead elsewhere.
  const other = await train(8, (folder) => rewrite(join(folder, "www", "preparer.js"), ".straighten,", ".straighten===!1,"));
  assert.notEqual(other.parameters, alone.parameters);
});
