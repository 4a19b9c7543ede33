// The page is kept on the visitor's machine: it opens without a network, all of one build.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { BASE, DIST, copyFor, openSite, ready, rewrite } from "./site.js";

/** @typedef {import("puppeteer-core").Page} Page */

/** @param {Page} page */
const kept = (page) => page.waitForFunction(() => !(/** @type {HTMLElement} */ (document.querySelector("#kept")).hidden), { timeout: 20_000 });

/** @param {Page} page */
const registered = (page) => page.evaluate(async () => Boolean(await navigator.serviceWorker.getRegistration()));

describe("without a network", () => {
  it("the page opens, learns and reads", async (t) => {
    const site = await openSite();
    t.after(() => site.close());
    const { page, problems, close } = await site.visit();
    await kept(page);
    const cached = await page.evaluate(async () => {
      const [name] = await caches.keys();
      return (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname);
    });
    const built = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = built.map(({ parentPath, name }) => BASE + join(parentPath, name).slice(DIST.length).split(sep).join("/"));
    assert.deepEqual(cached.sort(), paths.filter((path) => path !== `${BASE}sw.js`).sort());

    await site.unplug();
    await assert.rejects(fetch(site.url));
    await page.reload();
    await ready(page);
    const { before, after, digit } = await page.evaluate(async () => {
      const before = await descent.evaluate("test");
      await descent.train({ steps: 2000 });
      const { digit } = await descent.predictStrokes([[[10, 0], [10, 60], [11, 130]]]);
      return { before, after: await descent.evaluate("test"), digit };
    });
    assert.ok(before.accuracy < 0.3 && after.accuracy > 0.85, `${before.accuracy}, ${after.accuracy}`);
    assert.equal(digit, 1);
    // Whatever was put behind the address, here by a course.
    await page.goto(`${site.url}?course=7&utm_source=mail#preset=best`);
    await ready(page);
    assert.equal(await page.evaluate(async () => (await descent.options()).preset), "best");
    assert.deepEqual(problems, []);
    await close();
  });

  it("what keeps it waits until the training rests", async (t) => {
    const site = await openSite();
    t.after(() => site.close());
    const { page, close } = await site.visit();
    await page.click("#play");
    await delay(6_000);
    assert.equal(await registered(page), false);
    await page.click("#play");
    await kept(page);
    assert.equal(await registered(page), true);
    await close();
  });

  it("a newer build waits until the visitor asks for it or is gone", async (t) => {
    const { folder, remove } = copyFor(2);
    t.after(remove);
    const index = join(folder, "index.html");
    const list = join(folder, "sw.js");
    const digest = () => createHash("sha256").update(readFileSync(index)).digest("hex").slice(0, 16);
    // The copy is not quite the site that the build listed.
    const listed = /"www\/worker\.js",revision:"(\w+)"/.exec(readFileSync(list, "utf8"))?.[1] ?? "";
    rewrite(list, listed, "of a copy");
    const site = await openSite({ folder });
    t.after(() => site.close());
    const { page, problems, close } = await site.visit();
    /** @param {string} name of the build after `before` */
    const build = (name, before = "Descent") => {
      const old = digest();
      rewrite(index, `<title>${before}`, `<title>${name}`);
      rewrite(list, old, digest());
    };
    const offered = (/** @type {Page} */ tab) => tab.$eval("#newer", (button) => !(/** @type {HTMLElement} */ (button).hidden));
    const soonOffered = async () => {
      for (let i = 0; i < 100 && !(await offered(page)); i++) await delay(200);
      assert.ok(await offered(page));
    };
    await kept(page);
    assert.equal(await offered(page), false);

    build("Newer");
    await page.reload();
    await ready(page);
    await page.evaluate(() => descent.train({ steps: 10 }));
    await soonOffered();
    assert.match(await page.title(), /^Descent/);
    // Whatever this page still asks for is of its own build.
    assert.match(await page.evaluate(async () => (await fetch(location.href)).text()), /<title>Descent/);
    // Nothing is loaded anew under the visitor's hands.
    await delay(2_000);
    assert.equal(await page.$eval("#step-count", (count) => count.getAttribute("data-value")), "10");
    await page.click("#newer");
    await page.waitForFunction(() => document.title.startsWith("Newer"), { timeout: 20_000 });
    await ready(page);
    assert.equal(await offered(page), false);
    assert.deepEqual(problems, []);

    build("Newest", "Newer");
    await page.reload();
    await soonOffered();
    await page.goto("about:blank");
    await delay(2_000);
    await page.goto(site.url);
    assert.match(await page.title(), /^Newest/);
    await ready(page);
    await close();
  });
});
