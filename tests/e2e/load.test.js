// The page comes up: quickly, quietly, from any folder.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { OWN_DIGITS, draw } from "./drawing.js";
import { copyFor, DIST, hiddenPixels, openSite, ready, rewrite, settle, shows, text } from "./site.js";

describe("loading", () => {
  /** @type {Awaited<ReturnType<typeof openSite>>} */
  let site;
  before(async () => {
    site = await openSite();
  });
  after(() => site?.close());

  it("is silent and asks nobody else for anything", async () => {
    const { page, problems, requests, close } = await site.visit();
    await page.click("#step");
    await settle(page);
    assert.deepEqual(problems, []);
    const elsewhere = requests.filter((url) => !url.startsWith(site.url) && !/^(data|blob):/.test(url));
    assert.deepEqual(elsewhere, []);
    // The list is whole: it has what the worker fetched.
    for (const name of ["descent_bg.wasm", "mnist-10k.bin"]) {
      assert.ok(requests.some((url) => url.endsWith(name)), `${name} among ${requests.join(" ")}`);
    }
    await close();
  });

  it("hears what the worker said before the page was there to listen", async (t) => {
    const late = `while (!globalThis.said?.includes("ready")) await new Promise((resolve) => setTimeout(resolve, 20));
      import("./main.js");`;
    const { folder, remove } = copyFor(2, (folder) => {
      rewrite(join(folder, "index.html"), "www/main.js", "www/late.js");
      writeFileSync(join(folder, "www", "late.js"), late);
    });
    t.after(remove);
    const slow = await openSite({ folder });
    t.after(() => slow.close());
    const { page, problems, close } = await slow.open();
    await page.evaluateOnNewDocument(() => {
      const Kept = Worker;
      const said = /** @type {string[]} */ ([]);
      Object.assign(window, {
        said,
        Worker: class extends Kept {
          /** @param {ConstructorParameters<typeof Worker>} how */
          constructor(...how) {
            super(...how);
            this.addEventListener("message", (event) => event.isTrusted && said.push(event.data.type));
          }
        },
      });
    });
    await page.reload();
    await ready(page);
    const said = await page.evaluate(() => /** @type {any} */ (window).said);
    assert.equal(said.filter((/** @type {string} */ type) => type === "ready").length, 1, "one worker, not a second");
    assert.deepEqual(problems, []);
    await close();
  });

  it("shows how much of the digits has come, and no bar once they are there", async () => {
    const { page, close } = await site.open();
    await page.evaluateOnNewDocument(() => {
      const seen = /** @type {number[]} */ ([]);
      Object.assign(window, { seen });
      addEventListener("DOMContentLoaded", () => {
        const bar = /** @type {HTMLProgressElement} */ (document.querySelector("#loading"));
        new MutationObserver(() => bar.hidden || seen.push(bar.value)).observe(bar, { attributes: true });
      });
    });
    /** @type {number[]} */
    let seen = [];
    // Fetched, and then unpacked bit by bit: a busy machine may draw no frame meanwhile, but not three times.
    const between = () => seen.some((share) => share > 0.35 && share < 0.95);
    for (let load = 0; load < 3 && !between(); load++) {
      await page.reload();
      await ready(page);
      seen = await page.evaluate(() => /** @type {any} */ (window).seen);
      assert.ok(await page.$eval("#loading", (bar) => /** @type {HTMLElement} */ (bar).hidden));
      assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
    }
    assert.ok(between(), String(seen));
    await close();
  });

  for (const [file, told] of /** @type {[string, RegExp][]} */ ([
    ["descent_bg.wasm", /could not be started: .*404/],
    ["descent.js", /could not be started: .*descent\.js/],
    ["www/worker.js", /could not be started: its code could not be loaded/],
    ["www/data/mnist-10k.bin", /digits could not be loaded: expected the data at .*mnist-10k\.bin, found status 404/],
  ]))
    it(`says so when ${file} cannot be fetched, and starts once it can`, async (t) => {
      const { folder, remove } = copyFor(2, (folder) => rmSync(join(folder, file)));
      t.after(remove);
      const broken = await openSite({ folder });
      t.after(() => broken.close());
      const { page } = await broken.open();
      await page.waitForSelector('#status[data-tone="error"]', { timeout: 10_000 });
      assert.match(await text(page, "#status"), told);
      cpSync(join(DIST, file), join(folder, file));
      await page.click("#status-action");
      await ready(page);
      await page.click("#step");
      await shows(page, "#step-count", 1);
    });

  for (const file of ["www/main.js", "www/page.css"])
    it(`says so when ${file} does not come`, async (t) => {
      const { folder, remove } = copyFor(2, (folder) => rmSync(join(folder, file)));
      t.after(remove);
      const broken = await openSite({ folder });
      t.after(() => broken.close());
      const { page } = await broken.open();
      await page.waitForFunction(() => document.querySelector("#status")?.textContent?.includes("not come"), { timeout: 10_000 });
      assert.match(await text(page, "#status"), new RegExp(`^The page could not be started: expected .*/${file}, which did not come\\. Please load it again\\.$`));
    });

  for (const [file, told] of /** @type {[string, RegExp][]} */ ([
    ["www/main.js", /^The page is long in coming\..*load it again/],
    ["www/worker.js", /^Nothing has come for 20 seconds\./],
    ["descent_bg.wasm", /^Nothing has come for 20 seconds\./],
    ["www/data/mnist-10k.bin", /^Nothing has come for 20 seconds\./],
  ]))
    it(`says so when nothing is heard of ${file}, and begins when it comes after all`, async (t) => {
      let [holding, comes] = [true, () => {}];
      const come = /** @type {Promise<void>} */ (new Promise((resolve) => (comes = resolve)));
      const slow = createServer(async (request, response) => {
        if (holding && request.url?.endsWith(file)) await come;
        const answer = await fetch(new URL(request.url ?? "", site.url));
        response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
      await new Promise((resolve) => slow.listen(0, "127.0.0.1", () => resolve(undefined)));
      t.after(() => (comes(), slow.closeAllConnections(), slow.close()));
      const { port } = /** @type {import("node:net").AddressInfo} */ (slow.address());
      const { page, close } = await site.open();
      t.after(close);
      await page.goto("about:blank");
      // The page's 20 seconds pass in one.
      await page.evaluateOnNewDocument(() => {
        const later = setTimeout;
        Object.assign(window, { setTimeout: (/** @type {() => void} */ work, /** @type {number} */ ms) => later(work, ms === 20_000 ? 1000 : ms) });
      });
      await page.goto(String(Object.assign(new URL(site.url), { port })), { waitUntil: [] });
      await page.waitForFunction((told) => new RegExp(told).test(document.querySelector("#status")?.textContent ?? ""), {}, told.source);
      assert.ok(await page.$eval("#step", (button) => /** @type {HTMLButtonElement} */ (button).disabled), "a button that does nothing yet");
      if (file.endsWith(".bin")) {
        // Asked for once more it comes, though the first answer is still awaited.
        holding = false;
        await page.click("#status-action");
      } else comes();
      await ready(page);
      assert.doesNotMatch(await text(page, "#status"), told);
      await page.click("#step");
      await shows(page, "#step-count", 1);
    });

  it("works where asking for a service worker is an error, as in a frame that is shut off", async () => {
    const { page, problems, close } = await site.open();
    await page.evaluateOnNewDocument(() =>
      Object.defineProperty(Navigator.prototype, "serviceWorker", { get() { throw new DOMException("shut off", "SecurityError"); } }));
    await page.reload();
    await ready(page);
    await page.click("#play");
    await page.waitForFunction(() => Number(document.getElementById("step-count")?.dataset.value) > 5);
    assert.deepEqual(problems, []);
    await close();
  });

  it("has a content security policy that allows its own files and of scripts in the page only its own", async () => {
    const { page, close } = await site.open();
    const policy = await page.$eval('meta[http-equiv="Content-Security-Policy"]', (meta) => meta.getAttribute("content") ?? "");
    const markup = await page.evaluate(async () => (await fetch(location.href)).text());
    assert.doesNotMatch(policy, /https?:|'unsafe-inline'|'unsafe-eval'|\*/);
    assert.doesNotMatch(markup, /<style|\sstyle=|\son\w+=/);
    const inline = [...markup.matchAll(/<script>(.*?)<\/script>/gs)].map(([, code]) => createHash("sha256").update(code).digest("base64"));
    assert.deepEqual([...policy.matchAll(/'sha256-(.*?)'/g)].map(([, digest]) => digest), inline);
    assert.equal(inline.length, 1);
    assert.equal(markup.match(/<script(?![^>]*\bsrc=)/g)?.length, 1);
    const { own, foreign } = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.foreign = true";
      document.head.append(script);
      return { own: "takeFirst" in globalThis, foreign: "foreign" in globalThis };
    });
    assert.deepEqual({ own, foreign }, { own: true, foreign: false });
    await close();
  });

  it("has its buttons and its choices ready when it says so", async () => {
    const { page, close } = await site.open();
    await page.waitForFunction(() => "descent" in window);
    const found = await page.evaluate(async () => {
      await descent.ready;
      const value = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (document.getElementById(id)).value;
      const step = /** @type {HTMLButtonElement} */ (document.querySelector("#step"));
      const disabled = [...document.querySelectorAll(".bar :disabled")].map(({ id }) => id);
      step.click();
      return { disabled, preset: value("preset"), batch: value("batch-size"), count: document.getElementById("step-count")?.dataset.value };
    });
    assert.deepEqual(found, { disabled: [], preset: "video", batch: "10", count: "0" });
    await page.waitForFunction(() => document.getElementById("step-count")?.dataset.value === "1", { timeout: 5_000 });
    await close();
  });

  it("is soon ready to train", async (t) => {
    // Wanted is a second on a core of 4 GHz, where an addition takes three cycles; one that is slower now, by the same
    // measure, may take as much longer. The best of several: what the page needs, not what else the machine was doing.
    // Other work can go on for a while, so the later ones are spread over two minutes.
    const ADDITIONS = 1e8;
    const QUICK_MS = (3 * ADDITIONS) / 4e6;
    let best = { scaled: Infinity, ms: Infinity };
    for (let i = 0; i < 40 && best.scaled >= 1_000; i++) {
      if (i >= 10) await new Promise((resolve) => setTimeout(resolve, 2_500));
      const { page, close } = await site.open();
      await ready(page);
      // Counted from the navigation, by the page's own clock.
      const ms = await page.evaluate(() => performance.now());
      const slow = await page.evaluate((additions) => {
        const times = [0, 1, 2].map(() => {
          const begun = performance.now();
          let sum = 0.5;
          for (let k = 0; k < additions; k++) sum += 1.25;
          return sum > 0 ? performance.now() - begun : NaN;
        });
        return Math.min(...times);
      }, ADDITIONS);
      const scaled = ms / Math.max(1, slow / QUICK_MS);
      if (scaled < best.scaled) best = { scaled, ms };
      await close();
    }
    t.diagnostic(`ready ${best.ms.toFixed(0)} ms after the navigation, ${best.scaled.toFixed(0)} at 4 GHz; wanted: 1000`);
    assert.ok(best.scaled < 1_000, `${best.scaled} ms`);
  });

  it("shows the whole stage on a laptop without scrolling", async () => {
    const { page, close } = await site.visit();
    const below = await page.evaluate(() =>
      ["pad", "scores", "network", "weights", "slice", "history", "step", "play", "reset", "preset"].filter((id) => {
        const box = document.getElementById(id)?.getBoundingClientRect();
        return !box || box.width === 0 || box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < 0;
      }),
    );
    assert.deepEqual(below, []);
    await close();
  });

  it("shows network, tiles and slice at once on a tablet, and the pad beside whatever else", async () => {
    for (const [width, height] of [[1024, 768], [1180, 820], [820, 1180], [768, 1024]]) {
      const { page, close } = await site.visit({ width, height });
      const box = (/** @type {string} */ selector) => page.$eval(selector, (part) => /** @type {DOMRect} */ (part.getBoundingClientRect().toJSON()));
      const bar = await box(".bar");
      for (const part of ["#pad", '[data-digit="9"]', "#network", "#weights", "#slice"]) {
        const { top, bottom } = await box(part);
        assert.ok(top >= 0 && bottom <= bar.top + 1, `${width}x${height}: ${part} ends at ${bottom}, the bar begins at ${bar.top}`);
      }
      await page.$eval("#gradient", (canvas) => canvas.scrollIntoView({ block: "end" }));
      const { top } = await box("#pad");
      assert.ok(top >= 0, `${width}x${height}: beside the gradient the pad is at ${top}`);
      await close();
    }
  });

  it("shows all of the stage, and the question what was drawn, on a tablet held sideways", async () => {
    for (const [width, height] of [[1180, 745], [1080, 735]]) {
      const { page, close } = await site.visit({ width, height, isMobile: true, hasTouch: true });
      await draw(page, OWN_DIGITS[14], { size: 120, across: 0.5, down: 0.5 });
      const low = [];
      for (const part of ["#pad", "#label-drawing", "#network", "#weights", "#slice-words", "#gradient", "#history"])
        if ((await hiddenPixels(page, part)).under > 0) low.push(part);
      assert.deepEqual(low, [], `${width}x${height}`);
      await close();
    }
  });

  it("gives each picture the room that a phone has", async () => {
    for (const [width, height] of [[390, 844], [390, 664], [375, 667], [320, 568], [740, 331], [667, 331]]) {
      const { page, close } = await site.visit({ width, height, isMobile: true, hasTouch: true });
      /** @param {string} tab @param {string} picture */
      const shape = async (tab, picture) => {
        await page.tap(`.tabs [aria-controls="${tab}"]`);
        return page.$eval(picture, (canvas) => {
          const bar = /** @type {Element} */ (document.querySelector(".bar")).getBoundingClientRect().top;
          return { wide: canvas.clientWidth, high: canvas.clientHeight, room: bar - canvas.getBoundingClientRect().bottom };
        });
      };
      // Sixteen tiles in a square, the slice higher than half its width; less only to be seen above the bar.
      for (const [tab, picture, least] of /** @type {const} */ ([
        ["the-network", "#network", 1],
        ["the-descent", "#slice", 0.6],
        ["the-weights", "#weights", 1],
      ])) {
        const { wide, high, room } = await shape(tab, picture);
        assert.ok(wide > width - 40 && (high >= least * wide || room < 40), `${width}x${height}: ${picture} is ${wide}x${high}`);
        assert.ok(room >= 0 || (high <= 240 && width < height), `${width}x${height}: ${picture} lies ${-room} px under the bar`);
      }
      await close();
    }
  });

  it("takes a finger's touch beside the small switches", async () => {
    const { page, close } = await site.visit({ width: 390, height: 844, isMobile: true, hasTouch: true });
    for (const [tab, fieldset] of [["the-descent", "descent-picture"], ["the-descent", "cost-scale"], ["the-weights", "tiles"]]) {
      await page.tap(`.tabs [aria-controls="${tab}"]`);
      const missed = await page.$$eval(`#${fieldset} label`, (labels) =>
        labels.flatMap((label) => {
          label.scrollIntoView({ block: "center" });
          const { left, top, width, height } = label.getBoundingClientRect();
          const hit = (/** @type {number} */ by) => document.elementFromPoint(left + width / 2, top + height / 2 + by);
          return [-23, 0, 23].filter((by) => !label.contains(hit(by))).map((by) => `${label.textContent} ${by}`);
        }));
      assert.deepEqual(missed, [], fieldset);
    }
    await close();
  });

  it("leaves the reasons for a reading uncovered on a phone", async () => {
    const { page, close } = await site.visit({ width: 390, height: 844, isMobile: true, hasTouch: true });
    await page.tap("#random-digit");
    await settle(page);
    await page.tap("#why");
    await page.waitForSelector("#why-card:not([hidden])");
    const covered = await page.$eval("#why-card", (card) => {
      card.scrollIntoView({ block: "start" });
      return [...card.querySelectorAll("h2, canvas, #why-close")]
        .filter((part) => {
          const { left, top, width, height } = part.getBoundingClientRect();
          const bar = /** @type {Element} */ (document.querySelector(".bar")).getBoundingClientRect().top;
          if (width === 0 || top < 0 || top + height > bar) return false;
          return !part.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        })
        .map((part) => part.id || part.textContent);
    });
    assert.deepEqual(covered, []);
    await close();
  });

  it("leaves room for the pad on a phone on its side", async () => {
    for (const [width, height] of [[667, 375], [740, 360], [780, 360], [844, 390], [932, 430]]) {
      const { page, close } = await site.visit({ width, height, isMobile: true, hasTouch: true });
      const { pad, bar, wide } = await page.evaluate(() => {
        const box = (/** @type {string} */ selector) => /** @type {Element} */ (document.querySelector(selector)).getBoundingClientRect();
        const parts = [...document.querySelectorAll(".bar button, .bar select")].map((part) => part.getBoundingClientRect().right);
        return { pad: box("#pad").bottom, bar: box(".bar").top, wide: Math.max(...parts, document.documentElement.scrollWidth) };
      });
      assert.ok(pad <= bar, `${width}x${height}: the pad ends at ${pad}, the bar begins at ${bar}`);
      assert.ok(wide <= width, `${width}x${height}: something ends at ${wide}`);
      await close();
    }
  });

  it("has room in its head for the longest numbers beside all buttons", async () => {
    const { page, close } = await site.visit();
    for (const newer of [false, true]) {
      for (const width of [320, 390, 600, 959, 960, 1024, 1099, 1100, 1259, 1260, 1366]) {
        await page.setViewport({ width, height: 768 });
        // The charts take their new width with the next frame.
        await settle(page);
        const wrong = await page.evaluate((newer) => {
          const longest = { "step-count": "1\u202f234\u202f567", cost: "0.000123", "test-accuracy": "97.2\u202f%", "train-accuracy": "100.0\u202f%" };
          for (const [id, text] of Object.entries(longest)) /** @type {HTMLElement} */ (document.getElementById(id)).textContent = text;
          /** @type {HTMLElement} */ (document.querySelector("#newer")).hidden = !newer;
          const parts = [...document.querySelectorAll("h1, .readouts dd, .top-actions button")].map((part) => ({
            name: part.id || part.localName,
            box: part.getBoundingClientRect(),
          }));
          const seen = parts.filter(({ box }) => box.width > 0);
          const wrong = seen.flatMap(({ name, box: a }, i) =>
            seen
              .slice(i + 1)
              .filter(({ box: b }) => a.right > b.left && b.right > a.left && a.bottom > b.top && b.bottom > a.top)
              .map((other) => `${name} meets ${other.name}`),
          );
          const { scrollWidth } = document.documentElement;
          return scrollWidth > innerWidth ? [...wrong, `the page is ${scrollWidth - innerWidth} px too wide`] : wrong;
        }, newer);
        assert.deepEqual(wrong, [], `${width} px, ${newer ? "with" : "without"} a newer version`);
      }
    }
    await close();
  });

  it("has the whole drive on one line from 960 px on", async () => {
    const { page, close } = await site.visit();
    for (const width of [960, 1024, 1259, 1260, 1366]) {
      await page.setViewport({ width, height: 768 });
      await settle(page);
      const middles = await page.$$eval(".drive button, .fields, #more", (parts) =>
        parts.map((part) => {
          const { top, bottom } = part.getBoundingClientRect();
          return Math.round((top + bottom) / 2);
        }),
      );
      assert.ok(Math.max(...middles) - Math.min(...middles) <= 2, `${width} px: ${middles}`);
    }
    await close();
  });
});
