// The buttons do what they say, at once, and undo what they did.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LAPTOP, fingerprint, settle, shows, useSite, value } from "./site.js";

describe("controls", () => {
  const here = useSite({ fresh: true });

  /** The counter, once it says something else than `step`. @param {number} step */
  const passed = (step) =>
    here.tab.page.waitForFunction(
      (step) => Number(/** @type {HTMLElement} */ (document.querySelector("#step-count")).dataset.value) > step,
      { timeout: 5_000 },
      step,
    );

  /** Until Play says that it is, or is not, pressed. @param {boolean} on */
  const playing = (on) =>
    here.tab.page.waitForFunction(
      (on) => document.querySelector("#play")?.getAttribute("aria-pressed") === String(on),
      { timeout: 2_000 },
      on,
    );

  it("Step makes exactly one step each time", async () => {
    const { page, problems } = here.tab;
    assert.equal(await value(page, "#step-count"), 0);
    for (let step = 1; step <= 3; step++) {
      await page.click("#step");
      await passed(step - 1);
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.equal(await value(page, "#step-count"), step);
    }
    assert.deepEqual(problems, []);
  });

  it("Step moves every weight along the negative gradient", async () => {
    const { page } = here.tab;
    const { learningRate, largest, count } = await page.evaluate(async () => {
      const { learningRate } = await descent.options();
      const before = await descent.parameters();
      const gradient = await descent.gradient();
      await descent.train({ steps: 1 });
      const after = await descent.parameters();
      // Single precision: a weight of about 1 is known to 1e-7.
      const largest = before.reduce((most, w, i) => Math.max(most, Math.abs(w - learningRate * gradient[i] - after[i])), 0);
      return { learningRate, largest, count: gradient.length };
    });
    assert.equal(learningRate, 1.5);
    assert.equal(count, 13_002);
    assert.ok(largest < 1e-6, `off by ${largest}`);
  });

  it("pressed right after a restart, Play plays the new run, and a test digit is the one that is read", async () => {
    const { page, problems } = here.tab;
    for (let round = 0; round < 4; round++) {
      await page.evaluate(() => descent.train({ steps: 5 }));
      // A quick hand: none of them is answered before the next one is pressed.
      await page.evaluate(() => {
        for (const id of ["reset", "play", "random-digit"]) /** @type {HTMLElement} */ (document.getElementById(id)).click();
      });
      assert.equal(await page.$eval("#play", (button) => button.getAttribute("aria-pressed")), "true");
      await settle(page);
      await playing(true);
      const [step, note, text] = [await value(page, "#step-count"), ...(await page.$$eval("#pad-note, #scores-text", (both) => both.map((one) => one.textContent ?? "")))];
      assert.match(note, /^unseen image of an? \d$/);
      const label = note.slice(-1);
      await page.waitForFunction((label) => new RegExp(`\\b(right|wrong: it is an? ${label})`).test(document.querySelector("#verdict")?.textContent ?? ""), { timeout: 3_000 }, label);
      await passed(step);
      await page.click("#play");
      await playing(false);
      await settle(page);
      const paused = await value(page, "#step-count");
      await new Promise((resolve) => setTimeout(resolve, 150));
      assert.equal(await value(page, "#step-count"), paused, text);
    }
    assert.deepEqual(problems, []);
  });

  it("Space held down plays once and scrolls nothing", async () => {
    const { page } = here.tab;
    await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
    for (let repeat = 0; repeat < 6; repeat++) await page.keyboard.down("Space");
    await page.keyboard.up("Space");
    await playing(true);
    assert.equal(await page.evaluate(() => scrollY), 0);
    await page.click("#play");
  });

  it("Play lowers the cost and raises the accuracy", async (t) => {
    const { page, problems } = here.tab;
    const before = { cost: await value(page, "#cost"), accuracy: await value(page, "#test-accuracy") };
    await page.select("#speed", "max");
    await page.click("#play");
    await playing(true);
    await passed(3_000);
    await page.click("#play");
    await playing(false);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = { cost: await value(page, "#cost"), accuracy: await value(page, "#test-accuracy") };
    t.diagnostic(`cost ${before.cost.toFixed(3)} -> ${after.cost.toFixed(3)}, unseen ${before.accuracy} -> ${after.accuracy}`);
    assert.ok(after.cost < before.cost / 4, `${before.cost} -> ${after.cost}`);
    assert.ok(after.accuracy > 0.85 && before.accuracy < 0.3, `${before.accuracy} -> ${after.accuracy}`);
    assert.deepEqual(problems, []);
  });

  for (const speed of ["60", "max"]) {
    it(`Pause is felt within 50 ms (speed ${speed})`, async () => {
      const { page } = here.tab;
      await page.select("#speed", speed);
      let late = 0;
      for (let i = 0; i < 8; i++) {
        const from = await value(page, "#step-count");
        await page.click("#play");
        await passed(from + 5);
        const { soon, later } = await page.evaluate(async () => {
          const counter = /** @type {HTMLElement} */ (document.querySelector("#step-count"));
          const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
          /** @type {HTMLElement} */ (document.querySelector("#play")).click();
          await wait(50);
          // Drawing takes what it takes: what the worker had told by now is shown two frames later.
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          const soon = counter.dataset.value;
          await wait(300);
          return { soon, later: counter.dataset.value };
        });
        late += Number(later !== soon);
      }
      // The machine may do something else for as long as that, but not every time.
      assert.ok(late <= 2, `${late} of 8 pauses were felt later`);
    });
  }

  it("Reset brings back the very same first weights", async () => {
    const { page, problems } = here.tab;
    const first = await fingerprint(page);
    await page.select("#speed", "max");
    await page.click("#play");
    await passed(500);
    await page.click("#reset");
    await shows(page, "#step-count", 0);
    assert.equal(await fingerprint(page), first);
    // And the same run from there.
    const run = async () => {
      await page.evaluate(() => descent.train({ steps: 100 }));
      return fingerprint(page);
    };
    const once = await run();
    await page.click("#reset");
    await settle(page);
    assert.equal(await run(), once);
    assert.notEqual(once, first);
    assert.deepEqual(problems, []);
  });

  it("a network that is silent from its first weights is offered others", async () => {
    const { page, problems } = here.tab;
    await page.evaluate(() => descent.configure({ layers: [1, 1], activation: "relu", learningRate: 0.1, seed: 1 }));
    await page.keyboard.press("s");
    await page.waitForFunction(() => /first weights give every image the same answer/.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 5_000 });
    // The first step is seen slowly, and what comes of it is said all the same.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const button = await page.waitForSelector("#status-action:not([hidden])", { timeout: 5_000 });
    assert.equal(await button?.evaluate(({ textContent }) => textContent), "New start");
    await button?.click();
    await page.waitForFunction(async () => (await descent.options()).seed !== 1, { timeout: 2_000 });
    await shows(page, "#step-count", 0);
    assert.deepEqual((await page.evaluate(() => descent.options())).layers, [1, 1]);
    assert.deepEqual(problems, []);
  });

  it("a link is made, and says whether it gives this very run", async () => {
    const { page, problems } = here.tab;
    const told = (/** @type {string} */ words) =>
      page.waitForFunction((words) => document.querySelector("#status")?.textContent?.includes(words), { timeout: 2_000 }, words);
    await page.evaluate(() => descent.train({ steps: 30 }));
    await page.click("#share");
    await told("The link to this very run is ");
    assert.match(page.url(), /#preset=video&seed=\d+$/);
    await page.select("#learning-rate", "3");
    await page.click("#share");
    await told("It begins anew with these options");
    assert.match(page.url(), /&learningRate=3&/);
    await page.click("#reset");
    await shows(page, "#step-count", 0);
    await page.click("#share");
    await told("The link to this very run is ");
    // A budget brings a rate and a batch along: others are named, or whoever opens the link would get those.
    const options = await page.evaluate(() => descent.configure({ preset: "best", budget: 50_000, batchSize: 64 }));
    await page.click("#share");
    await told("The link to this very run is ");
    const link = page.url();
    await page.evaluate(() => descent.configure({ preset: "video" }));
    await page.evaluate((hash) => {
      history.replaceState(null, "", "#");
      location.hash = hash;
    }, new URL(link).hash);
    await page.waitForFunction(async () => (await descent.options()).preset === "best", { timeout: 2_000 });
    assert.deepEqual(await page.evaluate(() => descent.options()), options);
    assert.deepEqual(problems, []);
  });

  it("a link that is followed gives the run of a fresh tab, or says why not", async () => {
    const { page, problems } = here.tab;
    const fresh = await page.evaluate(() => descent.options());
    await page.evaluate(() => descent.configure({ preset: "best", layers: [8], seed: 9, trainingExamples: 100 }));
    /** @param {string} hash */
    const follow = (hash) => page.evaluate((hash) => void (location.hash = hash), hash);
    await follow("#activation=relu");
    await page.waitForFunction(async () => (await descent.options()).activation === "relu", { timeout: 2_000 });
    assert.deepEqual(await page.evaluate(() => descent.options()), { ...fresh, activation: "relu" });

    await page.evaluate(() => descent.train({ steps: 3 }));
    await follow("#layers=8&seed=-5");
    await page.waitForFunction(() => /^The link was not understood: option seed: /.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 2_000 });
    assert.equal(await value(page, "#step-count"), 3, "the run before goes on");
    assert.deepEqual(await page.evaluate(() => descent.options()), { ...fresh, activation: "relu" });
    // What is refused later is no link's.
    await page.evaluate(() => descent.configure({ seed: 2 }));
    await page.waitForFunction(() => !/link/.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 2_000 });
    assert.deepEqual(problems, []);
  });

  it("the keys play, pause and step", async () => {
    const { page } = here.tab;
    await page.keyboard.press("s");
    await passed(0);
    assert.equal(await value(page, "#step-count"), 1);
    await page.keyboard.press("Space");
    await passed(3);
    await page.keyboard.press("Space");
    await playing(false);
    await page.keyboard.press("r");
    await shows(page, "#step-count", 0);
    await page.click("#descent-picture label:nth-of-type(2)");
    await page.keyboard.press("s");
    await shows(page, "#step-count", 1);
    await page.keyboard.press("r");
    await shows(page, "#step-count", 0);
    // Where the stage is taller than the window they work all over it.
    await page.setViewport({ width: 1024, height: 600 });
    await page.$eval("#history-chart", (chart) => chart.scrollIntoView({ block: "end", behavior: "instant" }));
    assert.ok(await page.evaluate(() => scrollY > innerHeight / 2), "further down");
    await page.keyboard.press("s");
    await shows(page, "#step-count", 1);
    await page.setViewport(LAPTOP);
  });

  it("every option of the contract has its element", async () => {
    const ids = [
      "pad", "clear", "undo", "random-digit", "noise", "prediction", "scores", "step", "play", "reset", "speed",
      "learning-rate", "batch-size", "preset", "activation", "cost-function", "optimizer", "layers", "labels",
      "straighten", "augment", "seed", "step-count", "cost", "train-accuracy", "test-accuracy", "status",
      "slice", "plane", "gradient", "network", "weights", "history", "slow",
    ];
    const missing = await here.tab.page.evaluate((ids) => ids.filter((id) => !document.getElementById(id)), ids);
    assert.deepEqual(missing, []);
    assert.equal(await here.tab.page.$eval("#status", (element) => element.getAttribute("role")), "status");
  });

  it("what is no number is refused in an empty field, too, and does not stay there", async () => {
    const { page, problems } = here.tab;
    await page.click("#more");
    await page.focus("#budget");
    await page.keyboard.type("1e");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => /^Budget: expected a whole number/.test(document.querySelector("#options-error")?.textContent ?? ""), { timeout: 2_000 });
    assert.equal(await page.$eval("#budget", (field) => /** @type {HTMLInputElement} */ (field).validity.badInput), false);
    assert.equal(await page.evaluate(async () => (await descent.options()).budget), null);
    await page.keyboard.press("Escape");
    assert.deepEqual(problems, []);
  });

  it("a batch of all images is called by how many there are", async () => {
    const { page, problems } = here.tab;
    const batch = () => page.$eval("#batch-size", (list) => /** @type {HTMLSelectElement} */ (list).selectedOptions[0].text.replace(/\D+$/, ""));
    const last = () => page.$eval("#batch-size", (list) => /** @type {HTMLSelectElement} */ (list).options[/** @type {HTMLSelectElement} */ (list).length - 1].text);
    const learnFrom = (/** @type {number} */ trainingExamples) => page.evaluate((trainingExamples) => descent.configure({ trainingExamples }), trainingExamples);
    await page.select("#batch-size", "9000");
    await settle(page);
    await learnFrom(500);
    assert.deepEqual([await batch(), await last()], ["all 500", "all 500"]);
    await learnFrom(9_000);
    assert.deepEqual([await batch(), await last()], ["all 9000", "all 9000"]);
    await learnFrom(500);
    for (const size of ["10", "500"]) {
      await page.select("#batch-size", size);
      await settle(page);
    }
    assert.equal(await batch(), "all 500");
    await learnFrom(9_000);
    assert.deepEqual([await batch(), await last()], ["500", "all 9000"]);
    assert.deepEqual(problems, []);
  });

  it("choosing a preset starts its run", async () => {
    const { page, problems } = here.tab;
    await page.select("#preset", "best");
    await settle(page);
    const options = await page.evaluate(() => descent.options());
    assert.equal(options.preset, "best");
    assert.equal(options.cost, "cross-entropy");
    assert.equal(await value(page, "#step-count"), 0);
    assert.deepEqual(problems, []);
  });

  it("another optimizer or activation brings a rate that suits it; the console takes what it is given", async () => {
    const { page, problems } = here.tab;
    const rate = async () => (await page.evaluate(() => descent.options())).learningRate;
    await page.evaluate(() => descent.configure({ preset: "video" }));
    const usual = await rate();
    /** @param {string} id @param {string} value */
    const choose = async (id, value) => {
      await page.select(id, value);
      await settle(page);
      return rate();
    };
    const found = [await choose("#optimizer", "adam"), await choose("#optimizer", "descent"), await choose("#activation", "relu"), await choose("#optimizer", "momentum")];
    assert.deepEqual(found, [0.001, usual, 0.1, 0.01]);
    assert.equal(await page.$eval("#learning-rate", (select) => /** @type {HTMLSelectElement} */ (select).value), "0.01");
    await page.evaluate(() => descent.configure({ preset: "video", optimizer: "adam" }));
    assert.equal(await rate(), usual);
    assert.deepEqual(problems, []);
  });

  it("whatever the rate, parameters stay finite, and a call that ends early says why", async () => {
    const { page, problems } = here.tab;
    const message = await page.evaluate(async () => {
      await descent.configure({ preset: "video", activation: "relu", learningRate: 10, batchSize: 10 });
      try {
        await descent.train({ steps: 2_000 });
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : `no Error: ${error}`;
      }
    });
    // Either it survives, or it says so; the parameters stay finite both times.
    if (message !== null) assert.match(message, /diverged|finite/i);
    assert.ok(await page.evaluate(async () => (await descent.parameters()).every(Number.isFinite)));
    assert.deepEqual(problems, []);
  });
});
