// The text below the stage: short, in the order of the chapter, and each button really sets the stage for it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LAPTOP, PHONE, fingerprint, hiddenPixels, settle, shows, text, useSite, value } from "./site.js";

const ORDER = ["recap", "cost", "slope", "many", "watch", "learnt", "heart", "hood"];

describe("the text below", () => {
  const here = useSite({ fresh: true });

  /** Presses the button of a part, from where it is read. @param {string} name */
  async function set(name) {
    const { page } = here.tab;
    await page.$eval(`[data-scene="${name}"]`, (button) => button.scrollIntoView({ block: "center", behavior: "instant" }));
    assert.ok(await page.evaluate(() => scrollY > innerHeight / 2));
    await page.click(`[data-scene="${name}"]`);
    // The stage is what is seen again; on a phone perhaps a part of it farther down.
    await page.waitForFunction(() => scrollY < innerHeight / 2, { timeout: 5_000 });
  }

  /** @param {string} script an expression */
  const until = (script) => here.tab.page.waitForFunction(script, { timeout: 8_000 });
  const PLAYING = `document.querySelector("#play").getAttribute("aria-pressed") === "true"`;
  /** @param {string} id */
  const number = (id) => `Number(document.querySelector("#${id}").dataset.value)`;

  it("is in the order of the chapter, with eighty words at most, a question and an answer each", async () => {
    const { page } = here.tab;
    const parts = await page.$$eval(".lesson:has([data-scene])", (sections) =>
      sections.map((section) => ({
        name: section.id.replace("lesson-", ""),
        // Without the line of numbers, which the run writes.
        words: [...section.querySelectorAll("h3, p:not(.live, #set-aside), button, summary")].map((e) => e.textContent).join(" ").trim().split(/\s+/).length,
        question: section.querySelector("summary")?.textContent ?? "",
        answer: section.querySelector("details p")?.textContent ?? "",
      })),
    );
    assert.deepEqual(parts.map(({ name }) => name), ORDER);
    for (const { name, words, question, answer } of parts) {
      assert.ok(words <= 80 && words > 30, `${name}: ${words} words`);
      assert.match(question, /\?$/);
      assert.ok(answer.length > 10, name);
    }
    const links = await page.$$eval("#below a", (links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
    for (const host of ["3blue1brown.com", "neuralnetworksanddeeplearning.com", "colah.github.io", "distill.pub", "1611.03530", "1706.05394", "1412.0233"])
      assert.ok(links.some((link) => link.includes(host)), host);
    // Reading asks nobody for anything.
    const before = here.tab.requests.length;
    await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));
    await settle(page);
    assert.deepEqual(here.tab.requests.slice(before), []);
    assert.deepEqual(here.tab.problems, []);
  });

  it("is reached by its button, and by Tab; there the space bar scrolls and plays nothing", async () => {
    const { page } = here.tab;
    await page.click(".top [data-to]");
    await until("scrollY > innerHeight / 2 && Math.abs(document.querySelector('#below').getBoundingClientRect().top) < 2");
    await page.keyboard.press("Space");
    await page.keyboard.press("s");
    await settle(page);
    assert.equal(await page.$eval("#play", (button) => button.getAttribute("aria-pressed")), "false");
    assert.equal(await value(page, "#step-count"), 0);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).dataset.scene), "recap");
  });

  it("recap: opens a neuron before an unseen digit", async () => {
    await set("recap");
    await until(`document.querySelector("#neuron").checkVisibility() && /^\\d$/.test(document.querySelector("#prediction").textContent)`);
    assert.match(await text(here.tab.page, "#neuron-title"), /first layer 1/);
    await until(`document.activeElement.id === "network"`);
  });

  it("cost: one step in slow motion, from the start; the visitor's run can be brought back", async () => {
    const { page } = here.tab;
    await page.evaluate(() => descent.train({ steps: 120 }));
    await shows(page, "#step-count", 120);
    const own = await fingerprint(page);
    await set("cost");
    await until(`document.body.dataset.slow === "targets"`);
    assert.equal(await value(page, "#step-count"), 0);
    await until(`!document.body.dataset.slow`);
    await shows(page, "#step-count", 1);
    // A second scene does not push the visitor's run out.
    await set("watch");
    await until(`${number("step-count")} > 3`);
    assert.match(await text(page, "#lesson-watch #set-aside"), /run of 120 steps is set aside/);
    await page.click("#set-aside button");
    await shows(page, "#step-count", 120);
    assert.equal(await fingerprint(page), own);
    assert.equal(await page.$eval("#set-aside", (element) => element.checkVisibility()), false);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "play");
    assert.deepEqual(here.tab.problems, []);
  });

  it("keeps a run set aside whose data are gone, and says so", async () => {
    const { page } = here.tab;
    await page.evaluate(() => descent.train({ steps: 60 }));
    const own = await fingerprint(page);
    await set("watch");
    await until(`${PLAYING} && !document.querySelector("#set-aside").hidden`);
    await page.click("#play");
    await page.evaluate(() => {
      /** @param {number} type @param {number[]} sizes @param {(at: number) => number} entry */
      const idx = (type, sizes, entry) => {
        const entries = Uint8Array.from({ length: sizes.reduce((a, b) => a * b) }, (_, at) => entry(at));
        return new Uint8Array([0, 0, 8, type, ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255]), ...entries]).buffer;
      };
      return descent.loadData(idx(3, [300, 28, 28], (at) => (at * 7) % 256), idx(1, [300], (at) => at % 10));
    });
    await page.click("#set-aside button");
    await until(`/expected the data .*found other data of 250 training examples/.test(document.querySelector("#status").textContent)`);
    assert.match(await text(page, "#set-aside"), /run of 60 steps is set aside/);
    // Back with its data, it comes back itself.
    await page.$eval("#data-shipped", (button) => /** @type {HTMLElement} */ (button).click());
    await until(`document.querySelector("#data-shipped").hidden`);
    await page.$eval("#set-aside button", (button) => /** @type {HTMLElement} */ (button).click());
    await shows(page, "#step-count", 60);
    assert.equal(await fingerprint(page), own);
    assert.deepEqual(here.tab.problems, []);
  });

  it("sets all of a run aside, also while its beginning is looked at", async () => {
    const { page, problems } = here.tab;
    await page.evaluate(async () => {
      await descent.configure({ preset: "video", seed: 4 });
      await descent.train({ steps: 90 });
    });
    const own = await fingerprint(page);
    await page.focus("#history");
    await page.keyboard.press("Home");
    await shows(page, "#step-count", 0);
    await set("watch");
    await until(`${PLAYING} && !document.querySelector("#set-aside").hidden`);
    assert.match(await text(page, "#set-aside"), /run of 90 steps is set aside/);
    await page.click("#set-aside button");
    await shows(page, "#step-count", 90);
    assert.equal(await fingerprint(page), own);
    assert.deepEqual(problems, []);
  });

  it("downhill: the step really overshoots", async () => {
    await set("slope");
    await until(`/Too far/.test(document.querySelector("#slice-words").textContent)`);
    assert.equal(await value(here.tab.page, "#step-count"), 301);
    const { learningRate } = await here.tab.page.evaluate(() => descent.options());
    assert.ok(learningRate > 1.5, `${learningRate}`);
  });

  it("a scene that is pressed twice, or left for a run of the visitor's, plays once or ends", async () => {
    const { page, problems } = here.tab;
    const status = () => text(page, "#status");
    await page.$eval('[data-scene="slope"]', (button) => (/** @type {HTMLElement} */ (button).click(), /** @type {HTMLElement} */ (button).click()));
    await until(`/Too far/.test(document.querySelector("#slice-words").textContent)`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await value(page, "#step-count"), 301);
    await page.$eval('[data-scene="slope"]', (button) => /** @type {HTMLElement} */ (button).click());
    await until(`${number("step-count")} < 301`);
    await page.evaluate(() => descent.configure({ seed: 7, learningRate: 1 }));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.deepEqual([await value(page, "#step-count"), (await page.evaluate(() => descent.options())).learningRate], [0, 1], await status());
    assert.doesNotMatch(await status(), /expected|restarted/);
    assert.deepEqual(problems, []);
  });

  it("slow motion ends with the run whose step it was, and scrolls nothing where all that it speaks of is in sight", async () => {
    const { page, problems } = here.tab;
    await page.click("#random-digit");
    await settle(page);
    await page.click("#slow");
    await until(`document.body.dataset.slow === "targets"`);
    await page.evaluate(() => scrollTo({ top: 50, behavior: "instant" }));
    await until(`document.body.dataset.slow === "ball"`);
    assert.equal(await page.evaluate(() => scrollY), 50);
    await page.evaluate(() => descent.configure({ seed: 2 }));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.deepEqual([await value(page, "#step-count"), await page.evaluate(() => document.body.dataset.slow ?? "none")], [0, "none"]);
    assert.deepEqual(problems, []);
    await page.setViewport(LAPTOP);
  });

  it("what a scene speaks of is seen, also in the window of a laptop that is magnified", async () => {
    const { page, problems } = here.tab;
    await page.setViewport({ width: 1093, height: 513 });
    for (const [name, part, done] of [["slope", "#slice-words", `/Too far/.test(document.querySelector("#slice-words").textContent)`], ["many", "#nudge", `document.activeElement.id === "nudge"`]]) {
      await page.$eval(`[data-scene="${name}"]`, (button) => /** @type {HTMLElement} */ (button).click());
      await until(done);
      await settle(page);
      const { above, under } = await hiddenPixels(page, part);
      assert.ok(above <= 0 && under <= 1, `${name}: ${part} lies ${above} px above the window, ${under} px under the bar`);
    }
    assert.deepEqual(problems, []);
    await page.setViewport(LAPTOP);
  });

  for (const window of [{ ...PHONE, height: 664 }, { width: 1024, height: 600 }]) it(`slow motion shows each thing that it speaks of, above the bar: ${window.width} pixels wide`, async () => {
    const { page, problems, close } = await here.site.visit(window);
    await page.$eval("#random-digit", (button) => /** @type {HTMLElement} */ (button).click());
    await settle(page);
    await page.click("#slow");
    /** @type {object[]} */
    const missing = [];
    for (const [phase, part] of [["targets", "#scores"], ["gradient", "#gradient"], ["ball", "#slice"], ["weights", "#weights"]]) {
      await page.waitForFunction((phase) => document.body.dataset.slow === phase, { timeout: 5_000, polling: 20 }, phase);
      const hidden = await hiddenPixels(page, part);
      // Of its outline a pixel or two may be hidden.
      if (hidden.above > 4 || hidden.under > 4) missing.push({ phase, part, ...hidden });
    }
    assert.deepEqual(missing, []);
    assert.deepEqual(problems, []);
    await close();
  });

  it("the gradient: chooses the largest nudge", async () => {
    const { page } = here.tab;
    await page.evaluate(() => descent.train({ steps: 40 }));
    await set("many");
    await until(`document.querySelector("#nudging").checkVisibility()`);
    const gradient = await page.evaluate(async () => Array.from(await descent.gradient()));
    const largest = gradient.reduce((best, slope, i) => (Math.abs(slope) > Math.abs(gradient[best]) ? i : best), 0);
    // Named as the bars name it: the last layer's biases are the last ten parameters.
    const name = await text(page, "#nudge-name");
    if (largest >= gradient.length - 10) assert.match(name, new RegExp(`bias of .${largest - gradient.length + 10}`));
    await page.evaluate(() => scrollTo({ top: 400, behavior: "instant" }));
    await until(`document.querySelector("[data-live=many]").textContent.includes(${JSON.stringify(name)})`);
  });

  it("what slow motion tells leaves free what it tells of", async () => {
    const { page, problems } = here.tab;
    await page.click("#random-digit");
    await settle(page);
    for (const [width, height] of [[1366, 641], [1280, 593], [1440, 779]]) {
      await page.setViewport({ width, height });
      await page.click("#slow");
      await until(`document.body.dataset.slow === "targets"`);
      await page.click("#slow");
      await page.waitForSelector("[data-tone=held]");
      const [title, say] = await page.evaluate(() => ["#network-title", ".say"].map((part) => /** @type {Element} */ (document.querySelector(part)).getBoundingClientRect().toJSON()));
      assert.ok(say.top >= 0 && say.bottom <= title.top, `${width}x${height}: to ${say.bottom}, over what begins at ${title.top}`);
      await page.keyboard.press("Escape");
    }
    assert.deepEqual(problems, []);
    await page.setViewport(LAPTOP);
  });

  it("watching: starts anew and plays", async () => {
    await here.tab.page.evaluate(() => descent.train({ steps: 500 }));
    await set("watch");
    await until(`${PLAYING} && ${number("step-count")} > 2`);
    assert.ok((await value(here.tab.page, "#step-count")) < 400);
  });

  it("what it learnt: trained, it is shown noise", async () => {
    await set("learnt");
    await until(`/none of these|must answer/.test(document.querySelector("#verdict").textContent)`);
    await until(`${number("test-accuracy")} > 0.8`);
  });

  it("each scene sets its own stage, whatever the one before has left", async () => {
    const { page, problems } = here.tab;
    const options = () => page.evaluate(() => descent.options());
    await page.click("input[value=plane]");
    await set("recap");
    await until(`document.querySelector("#neuron").checkVisibility()`);
    await set("many");
    await until(`document.querySelector("#nudging").checkVisibility() && !document.querySelector("#neuron").checkVisibility()`);
    await set("slope");
    await until(`/Too far/.test(document.querySelector("#slice-words").textContent) && document.querySelector("#slice").checkVisibility()`);
    assert.equal(await page.$eval("#nudging", (element) => element.checkVisibility()), false);
    assert.ok((await options()).learningRate > 1.5);
    await set("watch");
    await until(PLAYING);
    assert.equal((await options()).learningRate, 1.5);
    await set("heart");
    await until(`${PLAYING} && document.querySelector("#labels").value === "shuffled"`);
    await set("learnt");
    await until(`/none of these|must answer/.test(document.querySelector("#verdict").textContent) && ${number("test-accuracy")} > 0.8 && !(${PLAYING})`);
    const { labels, preset } = await options();
    assert.deepEqual([labels, preset], ["true", "video"]);
    assert.deepEqual(problems, []);
  });

  it("memorising: shuffled labels are learnt by heart, and unseen digits tell", async (t) => {
    const { page } = here.tab;
    await set("heart");
    await until(PLAYING);
    const { labels, trainingExamples } = await page.evaluate(() => descent.options());
    assert.deepEqual([labels, trainingExamples], ["shuffled", 500]);
    await page.select("#speed", "max");
    await until(`${number("train-accuracy")} > 0.98`);
    const unseen = await value(page, "#test-accuracy");
    t.diagnostic(`${(100 * unseen).toFixed(1)} % of unseen digits`);
    assert.ok(unseen < 0.2, `${unseen}`);
  });

  it("under the hood: today's recipe reads far better within seconds", async () => {
    await set("hood");
    await until(`${PLAYING} && ${number("test-accuracy")} > 0.95`);
    assert.equal((await here.tab.page.evaluate(() => descent.options())).preset, "best");
  });

  it("on a phone each scene opens its tab", async () => {
    await here.tab.close();
    here.tab = await here.site.visit(PHONE);
    const { page } = here.tab;
    for (const [name, shown, focus] of /** @type {[string, string, string][]} */ ([["many", "descent", "nudge"], ["recap", "network", "network"], ["learnt", "draw", "noise"]])) {
      await set(name);
      await until(`document.activeElement.id === ${JSON.stringify(focus)}`);
      await until(`document.body.dataset.tab === ${JSON.stringify(shown)}`);
    }
    await page.click(".tabs [data-to]");
    await until(`scrollY > innerHeight / 2 && Math.abs(document.querySelector("#lesson-learnt").getBoundingClientRect().top) < 100`);
    assert.deepEqual(here.tab.problems, []);
    await page.setViewport(LAPTOP);
  });
});
