// Which browser and which driver the tests use. CHROME and CHROMEDRIVER override the search of PATH.
//
//   node scripts/browser.mjs          checks that both are there and fit; what is missing is said, exit code 1
//   node scripts/browser.mjs driver   prints the driver's path
//   node scripts/browser.mjs FILE     writes webdriver.json with that browser's path in it
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { argv, env, exit } from "node:process";
import { fileURLToPath } from "node:url";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** The first of these commands that PATH knows. @param {string[]} names @returns {string | undefined} */
function onPath(names) {
  for (const name of names) {
    for (const folder of (env.PATH ?? "").split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // not in this folder
      }
    }
  }
  return undefined;
}

/** "Chromium 156.0.8078.79 built on ..." -> "156". @param {string} command */
function majorVersion(command) {
  try {
    const said = execFileSync(command, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /(\d+)\.\d+\.\d+/.exec(said)?.[1] ?? said.trim();
  } catch (error) {
    throw new Error(`expected a program that tells its version: ${command}, found ${error instanceof Error ? error.message : error}`);
  }
}

/** Path of the browser. */
export function findBrowser() {
  const found = env.CHROME || onPath(BROWSERS);
  if (!found) {
    throw new Error(
      `expected a Chromium or Chrome for the tests, found none of ${BROWSERS.join(", ")} on PATH. ` +
        "Install one (on Debian: apt-get install chromium chromium-driver) or name it: CHROME=/path/to/chrome",
    );
  }
  return found;
}

/** Path of the driver that fits that browser: chromedriver refuses browsers of another major version. @param {string} browser */
export function findDriver(browser) {
  const found = env.CHROMEDRIVER || onPath(["chromedriver"]);
  const wanted = majorVersion(browser);
  if (!found || majorVersion(found) !== wanted) {
    const what = found ? `${found} of version ${majorVersion(found)}` : "none on PATH";
    throw new Error(
      `expected a chromedriver of version ${wanted} for ${browser}, found ${what}. ` +
        "Install it (on Debian: apt-get install chromium-driver) or name it: CHROMEDRIVER=/path/to/chromedriver",
    );
  }
  return found;
}

/** What webdriver.json asks of a browser, asked of this one. @param {string} browser @param {string} file */
function writeCapabilities(browser, file) {
  const capabilities = JSON.parse(readFileSync(new URL("../webdriver.json", import.meta.url), "utf8"));
  capabilities["goog:chromeOptions"].binary = browser;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(capabilities));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const browser = findBrowser();
    const driver = findDriver(browser);
    if (argv[2] === "driver") console.log(driver);
    else if (argv[2]) writeCapabilities(browser, argv[2]);
  } catch (error) {
    console.error(`setup: ${error instanceof Error ? error.message : error}`);
    exit(1);
  }
}
