// The visitor's own images: IDX files chosen or dropped, refused when they are not what they should be.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { makeIdx, patched } from "./idx.js";
import { PHONE, settle, text, useSite } from "./site.js";

/** The original files, which are not part of the project: from a folder beside it, or the one that MNIST names. */
const ORIGINAL = env.MNIST ? new URL(`file://${env.MNIST}/`) : new URL("../../../shared/mnist/", import.meta.url);

describe("own data", () => {
  const here = useSite();
  const folder = mkdtempSync(join(tmpdir(), "descent-"));
  after(() => rmSync(folder, { recursive: true }));

  /** @param {string} name @param {Uint8Array} bytes */
  function file(name, bytes) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  }

  /** Chooses files and waits until they are taken or refused. @param {string[]} paths @param {RegExp} told */
  async function choose(paths, told, timeout = 5_000) {
    const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (await here.tab.page.$("#data-files"));
    await input.uploadFile(...paths);
    await here.tab.page.waitForFunction(
      (source) => {
        const { hidden } = /** @type {HTMLElement} */ (document.querySelector("#data-progress"));
        return hidden && new RegExp(source).test(document.querySelector("#own-data")?.textContent ?? "");
      },
      { timeout },
      told.source,
    );
  }

  const counts = () => text(here.tab.page, "#data-counts");

  it("takes images and labels in either order, plain or gzip, and trains on them", async () => {
    const { page, problems } = here.tab;
    const { images, labels } = makeIdx(600);
    await choose([file("labels.gz", gzipSync(labels)), file("images", images)], /learns from 500 images from your files, and 100 are held back/);
    assert.match(await counts(), /holds \d+ MB of memory/);
    // Its bars differ by their height alone, which straightening takes out.
    await page.evaluate(() => descent.configure({ straighten: false }));
    await page.evaluate(() => descent.train({ examples: 20_000 }));
    const { accuracy } = await page.evaluate(() => descent.evaluate("test"));
    assert.ok(accuracy > 0.9, `${accuracy}`);
    await page.evaluate(() => descent.configure({ straighten: true }));
    assert.deepEqual(problems, []);
  });

  it("files that come while others are being read are told to wait, and those are taken", async () => {
    const { page, problems } = here.tab;
    const { images, labels } = makeIdx(400);
    const status = await page.evaluate(
      async (parts) => {
        const files = parts.map((bytes, k) => new File([new Uint8Array(bytes)], `part ${k}`));
        const drop = () => {
          const dataTransfer = new DataTransfer();
          for (const file of files) dataTransfer.items.add(file);
          dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
        };
        drop();
        drop();
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return document.querySelector("#status")?.textContent;
      },
      [images, labels].map((bytes) => [...bytes]),
    );
    assert.match(status ?? "", /Other files are still being read/);
    await page.waitForFunction(() => /from your files/.test(document.querySelector("#own-data")?.textContent ?? ""), { timeout: 5_000 });
    assert.match(await counts(), /learns from \d+ images from your files/);
    assert.deepEqual(problems, []);
  });

  it("refuses everything else with what was expected and found, and the data before stay", async () => {
    const { images, labels } = makeIdx(60);
    const good = { images: file("i", images), labels: file("l", labels) };
    const before = await counts();
    /** @type {[string[], RegExp][]} */
    const wrong = [
      [[good.images], /expected two files, one of images and one of labels, found 1/],
      [[good.images, file("i2", images)], /expected one file of images and one of labels, found two of images/],
      [[good.labels, file("picture.png", new TextEncoder().encode("\u0089PNG"))], /picture\.png: expected an IDX file that begins with 0 0 8 3/],
      [[good.images, file("short", labels.subarray(0, 30))], /IDX labels: expected \[60\] entries, as its header says, found 22 bytes/],
      [[good.images, file("few", makeIdx(50).labels)], /expected one label for each of the 60 images, found 50 labels/],
      [[good.images, file("letters", patched(labels, 12, [26]))], /expected labels 0 to 9, found 26 for image 4/],
      [[file("large", makeIdx(20, { side: 32 }).images), good.labels], /expected images of 28 x 28 pixels, found 32 x 32/],
      [[file("broken.gz", gzipSync(images).subarray(0, 900)), good.labels], /broken\.gz: expected a whole gzip file/],
      [[file("huge", new Uint8Array(55_000_000)), good.labels], /huge: expected at most .* bytes, found/],
      [[file("bomb.gz", gzipSync(new Uint8Array(60_000_000))), good.labels], /bomb\.gz: expected at most .* bytes, found more once unpacked/],
    ];
    for (const [files, message] of wrong) {
      await choose(files, message);
      assert.match(await text(here.tab.page, "#data-words"), /The data before are still in place\./);
      assert.equal((await counts()).replace(/The worker.*/, ""), before.replace(/The worker.*/, ""));
    }
  });

  it("files dropped anywhere are taken, and the stage says so", async () => {
    const { images, labels } = makeIdx(120);
    await here.tab.page.evaluate(
      (images, labels) => {
        const status = /** @type {HTMLElement} */ (document.querySelector("#status"));
        /** @type {string[]} */
        const said = [];
        new MutationObserver(() => said.push(status.textContent ?? "")).observe(status, { childList: true, characterData: true, subtree: true });
        Object.assign(window, { said });
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(images)], "a"));
        data.items.add(new File([Uint8Array.from(labels)], "b"));
        for (const type of ["dragover", "drop"])
          document.querySelector("#network")?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
      },
      Array.from(images),
      Array.from(labels),
    );
    await here.tab.page.waitForFunction(() => /learns from 100 images from your files/.test(document.querySelector("#data-counts")?.textContent ?? ""));
    await settle(here.tab.page);
    const said = await here.tab.page.evaluate(() => /** @type {any} */ (window).said.join("; "));
    assert.match(said, /^Reading .*Your 120 images are in place\.$/);
  });

  it("names of the classes are used everywhere and remembered", async () => {
    const { page } = here.tab;
    await page.$eval("#own-data details", (details) => details.setAttribute("open", ""));
    await page.select("#names-choice", "fashion");
    await settle(page);
    assert.equal(await page.$eval('#scores [data-digit="9"] .score-digit', (name) => name.textContent), "Ankle boot");
    assert.match(await page.$eval("#confusion thead", (head) => head.textContent ?? ""), /Trouser/);
    await page.$eval("#names input", (field) => {
      const input = /** @type {HTMLInputElement} */ (field);
      input.value = "Shirt 2";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await settle(page);
    assert.equal(await page.$eval('#scores [data-digit="0"] .score-digit', (name) => name.textContent), "Shirt 2");
    await page.click("#random-digit");
    await settle(page);
    assert.match(await text(page, "#prediction"), /^\d$/);
    assert.match(await text(page, "#verdict"), /[A-Z][a-z]+.*(right|wrong: it is an? )/);
    // The largest nudges of a network that knows nothing are at its outputs.
    await page.click("#reset");
    await settle(page);
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => /\u201c[A-Z][^\u201d]+\u201d$/.test(document.querySelector("#nudge-name")?.textContent ?? ""), { timeout: 5_000 });
    await page.click("#nudge-close");
  });

  it("long names stay with their images, and leave room for the bars", async () => {
    for (const [width, height] of [[1366, 641], [1093, 513], [820, 1100], [390, 664]]) {
      const visit = await here.site.visit({ width, height });
      const { page } = visit;
      await page.evaluate(async () => {
        await descent.train({ steps: 300 });
        const names = /** @type {HTMLSelectElement} */ (document.querySelector("#names-choice"));
        names.value = "fashion";
        names.dispatchEvent(new Event("change", { bubbles: true }));
        for (const button of ["#random-digit", "#see-batch"]) /** @type {HTMLElement} */ (document.querySelector(button)).click();
      });
      await page.waitForFunction(() => document.querySelectorAll("#batch-images button").length === 10, { timeout: 5_000 });
      await settle(page);
      const wide = await page.evaluate(() => {
        /** @param {string} list */
        const wide = (list) => [...document.querySelectorAll(`${list} button`)].filter((button) => [...button.children].some((part) => part.getBoundingClientRect().right > button.getBoundingClientRect().right + 1)).map(({ textContent }) => textContent);
        const batch = wide("#batch-images");
        /** @type {HTMLElement} */ (document.querySelector("#tab-draw")).click();
        /** @type {HTMLElement} */ (document.querySelector("#why")).click();
        return batch;
      });
      await page.waitForSelector("#why-near button", { visible: true });
      await settle(page);
      const near = await page.$$eval("#why-near button", (buttons) => buttons.filter((button) => button.scrollWidth > button.clientWidth + 1).map(({ textContent }) => textContent));
      const bars = await page.$$eval(".score-track", (tracks) => Math.min(...tracks.map((track) => track.getBoundingClientRect().width)));
      assert.deepEqual([wide, near], [[], []], `${width}x${height}`);
      assert.ok(bars >= 24, `${width}x${height}: bars of ${bars} px`);
      assert.deepEqual(visit.problems, []);
      await visit.close();
    }
  });

  it("one button leads back to the digits that came with the page", async () => {
    const { page, problems } = here.tab;
    await page.click("#random-digit");
    await page.waitForFunction(() => /image of an? /.test(document.querySelector("#pad-note")?.textContent ?? ""));
    await page.$eval("#data-shipped", (button) => /** @type {HTMLElement} */ (button).click());
    await page.waitForFunction(() => /learns from 9000 images that came with the page/.test(document.querySelector("#data-counts")?.textContent ?? ""));
    assert.equal(await page.$eval('#scores [data-digit="0"] .score-digit', (name) => name.textContent), "0");
    assert.equal((await page.evaluate(() => descent.options())).trainingExamples, 9_000);
    // The digits that come with the page are digits at the next visit, too; the names come back with the images they name.
    await page.reload();
    await page.evaluate(() => descent.ready);
    const first = () => page.$eval('#scores [data-digit="0"] .score-digit', (name) => name.textContent);
    await settle(page);
    assert.equal(await first(), "0");
    const { images, labels } = makeIdx(60);
    await choose([file("images", images), file("labels", labels)], /learns from 50 images from your files/);
    await settle(page);
    assert.equal(await first(), "Shirt 2");
    await page.$eval("#data-shipped", (button) => /** @type {HTMLElement} */ (button).click());
    await page.waitForFunction(() => /learns from 9000 images that came with the page/.test(document.querySelector("#data-counts")?.textContent ?? ""));
    // An image of the other data means nothing here.
    await settle(page);
    assert.doesNotMatch(await text(page, "#pad-note"), /image of an? /);
    assert.deepEqual(problems, []);
  });

  it("takes the 60,000 of MNIST while the page answers", async (t) => {
    const names = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"].map((name) => new URL(name, ORIGINAL));
    if (!names.every((name) => existsSync(name))) return t.skip("the original files are not beside the project; MNIST=folder names them");
    const { page, problems } = here.tab;
    await page.evaluate(() => {
      // The longest time in which the page drew no frame.
      let last = performance.now();
      Object.assign(window, { longest: 0 });
      const tick = (/** @type {number} */ now) => {
        Object.assign(window, { longest: Math.max(/** @type {any} */ (window).longest, now - last) });
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    const begun = performance.now();
    await choose(names.map((name, k) => file(`original-${k}.gz`, readFileSync(name))), /learns from 50.?000 images from your files, and 10.?000 are held back/, 30_000);
    const longest = await page.evaluate(() => /** @type {any} */ (window).longest);
    t.diagnostic(`${((performance.now() - begun) / 1_000).toFixed(1)} s, no frame for ${longest.toFixed(0)} ms at most; ${await counts()}`);
    assert.ok(longest < 500, `${longest} ms`);
    await page.evaluate(() => descent.train({ examples: 60_000 }));
    assert.ok((await page.evaluate(() => descent.evaluate("test"))).accuracy > 0.93);
    assert.deepEqual(problems, []);
  });

  it("fits a phone", async () => {
    const { page, problems, close } = await here.site.visit({ ...PHONE, width: 360, height: 740 });
    await page.$eval("#own-data details", (details) => details.setAttribute("open", ""));
    const across = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(across <= 0, `${across} px too wide`);
    assert.deepEqual(problems, []);
    await close();
  });
});
