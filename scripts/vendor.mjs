// Puts the chart library where the page imports it from: www/vendor/, with its types, style and licence. The licence of
// the service worker's library lies beside them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const from = new URL("../node_modules/uplot/", import.meta.url);
const to = new URL("../www/vendor/", import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, from), "utf8");

mkdirSync(to, { recursive: true });
const { version } = JSON.parse(read("package.json"));
writeFileSync(
  new URL("uplot.js", to),
  `/*! uPlot ${version}, MIT licence, see vendor/uplot-license.txt */\n${anyLanguage(read("dist/uPlot.esm.js"))}`,
);
/**
 * Where the system has no language (a locale of C), a browser says "C", which the library takes for one and fails.
 * The page writes its numbers itself. @param {string} code
 */
function anyLanguage(code) {
  const asked = "domEnv ? nav.language : 'en-US'";
  if (!code.includes(asked)) throw new Error(`expected \u201c${asked}\u201d in uPlot`);
  return code.replace(asked, "'en-GB'");
}

// The package declares itself as a script with a global; this is its module.
writeFileSync(
  new URL("uplot.d.ts", to),
  read("dist/uPlot.d.ts").replace("export = uPlot;", "export default uPlot;").replace("export as namespace uPlot;", ""),
);
copyFileSync(new URL("dist/uPlot.min.css", from), new URL("uplot.css", to));
copyFileSync(new URL("LICENSE", from), new URL("uplot-license.txt", to));
copyFileSync(new URL("../node_modules/workbox-precaching/LICENSE", import.meta.url), new URL("workbox-license.txt", to));
