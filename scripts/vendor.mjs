// Puts the chart library where the page imports it from: www/vendor/, with its types, style and licence. The licence of
// the service worker's library lies beside them.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Parts of the chart library that the history has no use for, turned off where the library decides on them: the build then
 * drops what stands behind. Its source has switches for some of them; its published module has all of them on.
 * @type {{ [part: string]: [found: string | RegExp, put: string][] }}
 */
const UNUSED = {
  "dates and times": [
    [/(?<=const FEAT_TIME +=) true/g, " false"],
    [/genTimeStuffs\(.*\)(?=;)/g, "FEAT_TIME ? $& : []"],
    [/(?<== )(?:(?:days|months)\.map\(slice3\)|new Intl\.DateTimeFormat)/g, "FEAT_TIME && $&"],
    [/(?<=const _\w+ += )(?:\(opts\.tzDate|\(opts\.fmtDate|\(ms == 1|time(?:Axis|Series)Val)/g, "FEAT_TIME && $&"],
    [/let isTime = .*/g, ""],
    [/\bisTime\b|scaleX\.time/g, "FEAT_TIME"],
  ],
  "numbers written in the browser's language, which fails where it is none, as in a locale of C": [
    ["const numFormatter = new Intl.NumberFormat(domEnv ? nav.language : 'en-US');\nconst fmtNum = val => numFormatter.format(val);\n", ""],
    ["av || numAxisVals", "av"],
    ["sv || numSeriesVal", "sv"],
  ],
  "points with an x of their own": [[/mode(?= == [12])/g, "1"]],
  "scales other than linear and logarithmic, ranges and ticks of logarithmic ones": [
    [/\b(?:\w+\.distr|xScaleDistr|distr) == (?:2|4|100)\b/g, "false"],
    [/\(sc\.distr == 3 \? snapLog[XY] : .*?(snapNum[XY])\)/g, "$1"],
    ["xScaleDistr == 3", "false"],
    ["sc.distr == 3 ? logAxisSplits :", ""],
    [/sc\.distr >= 3 && sc\.log == 10 \? log10AxisValsFilt : .*(?=retArg1)/g, ""],
  ],
  "the legend": [
    ["showLegend = legend.show", "showLegend = false"],
    ["legend.live", "false"],
    ["if (shouldSetLegend) {", "if (false) {"],
  ],
  "dots at the cursor": [
    ["let pt = points.show(self, si)", "let pt = null"],
    ["shouldSetLegend || cursorOnePt", "false"],
    [/const cursor(?:Focus|OnePt) = .*/g, ""],
    [/\bcursor(?:Focus|OnePt)\b/g, "false"],
  ],
  "zooming in by dragging": [
    ["select.show", "false"],
    ["let hasSelect = width > 0 || height > 0", "let hasSelect = false"],
  ],
  "what can be called": [
    ...["addGap", "clipGaps", "fmtDate", "fmtNum", "orient", "rangeAsinh", "rangeLog", "rangeNum", "sync", "tzDate"],
    ...["bars", "spline", "stepped"],
    ...["addBand", "addSeries", "batch", "delBand", "delSeries", "posToIdx", "pub", "setBand", "setLegend", "setSelect", "setSeries"],
  ].map((name) => [new RegExp(`\\(?\\b(?:uPlot|paths|self)\\.${name}\\s+= \\w+\\)?;`, "g"), ""]),
};
/** The classes of such parts. */
const UNUSED_CLASSES = /\.u-(?:title|legend|inline|series|select|cursor-pt|cursor-y|vt)\b/;

const from = new URL("../node_modules/uplot/", import.meta.url);
const to = new URL("../www/vendor/", import.meta.url);
/** @param {string} path */
const read = (path) => readFileSync(new URL(path, from), "utf8");

mkdirSync(to, { recursive: true });
const { version } = JSON.parse(read("package.json"));
writeFileSync(
  new URL("uplot.js", to),
  `/*! uPlot ${version}, MIT licence, see vendor/uplot-license.txt */\n${used(read("dist/uPlot.esm.js"))}`,
);
/** The library without the parts that are not used. @param {string} code */
function used(code) {
  for (const [part, places] of Object.entries(UNUSED))
    for (const [found, put] of places) {
      const less = code.replaceAll(found, put);
      if (less === code) throw new Error(`expected \u201c${found}\u201d in uPlot, to turn off ${part}`);
      code = less;
    }
  return code;
}

// The package declares itself as a script with a global; this is its module.
writeFileSync(
  new URL("uplot.d.ts", to),
  read("dist/uPlot.d.ts").replace("export = uPlot;", "export default uPlot;").replace("export as namespace uPlot;", ""),
);
writeFileSync(
  new URL("uplot.css", to),
  read("dist/uPlot.min.css").replace(/([^{}]+)(\{[^}]*\})/g, (_, selectors, style) => {
    const used = selectors.split(",").filter((/** @type {string} */ one) => !UNUSED_CLASSES.test(one));
    return used.length > 0 ? used + style : "";
  }),
);
copyFileSync(new URL("LICENSE", from), new URL("uplot-license.txt", to));
copyFileSync(new URL("../node_modules/workbox-precaching/LICENSE", import.meta.url), new URL("workbox-license.txt", to));
