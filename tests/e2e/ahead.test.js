// Images made ahead by a second worker, in the built page: the run is the same with it, without it, and when it is lost.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DIST, openSite } from "./site.js";

/** A text that must be there, replaced. @param {string} path @param {string} found @param {string} put */
function rewrite(path, found, put) {
  const text = readFileSync(path, "utf8");
  assert.ok(text.includes(found), `expected ${found} in ${path}`);
  writeFileSync(path, text.replace(found, put));
}

/**
 * Trains on the site as it is on a machine of so many cores.
 * @param {number} cores
 * @param {(www: string) => void} [spoil] changes the site's files first
 */
async function train(cores, spoil = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "descent-"));
  cpSync(DIST, folder, { recursive: true });
  const www = join(folder, "www");
  rewrite(join(www, "worker.js"), "navigator.hardwareConcurrency", String(cores));
  spoil(www);
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
    rmSync(folder, { recursive: true });
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
  const lost = await train(8, (www) => rmSync(join(www, "preparer.js")));
  assert.equal(lost.parameters, alone.parameters);
});

test("the images of the second worker are those that are trained on", async () => {
  // Changed as strongly as those that are not straightened.
  const other = (/** @type {string} */ www) => rewrite(join(www, "preparer.js"), ".straighten,", ".straighten===!1,");
  assert.notEqual((await train(8, other)).parameters, (await train(2)).parameters);
});
