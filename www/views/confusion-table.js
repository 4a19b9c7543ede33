// @ts-check
/**
 * Which digit is read as which: a table of counts, a row for each digit as it is, a column for each as it is read, and
 * at the end of a row the share that is read rightly. Each count is a button; arrow keys go from one to the next.
 */

import { ARROWS, create, modified } from "../dom.js";
import { percent, whole } from "../format.js";
import { clamp } from "../scales.js";

/**
 * @typedef {object} ConfusionData
 * @property {number[][] | null} confusion  [label][read]
 * @property {(number | null)[]} recall
 * @property {string[]} names  of the digits
 * @property {{ label: number, read: number } | null} chosen
 */

/** Mistakes of one kind at this number or fewer are shaded as few. */
const FEW = 8;

/**
 * @param {HTMLTableElement} table
 * @param {(label: number, read: number) => void} onChoose
 */
export function createConfusionTable(table, onChoose) {
  /** @type {HTMLButtonElement[][]} */
  let cells = [];
  /** @type {HTMLElement[]} */
  let shares = [];
  let named = "";
  /** The one that the tab key reaches. */
  let at = [0, 0];

  /** @param {string[]} names */
  function build(names) {
    const long = names.some((name) => name.length > 2);
    table.classList.toggle("named", long);
    const head = table.createTHead();
    head.replaceChildren();
    const top = head.insertRow();
    top.append(header("is \\ read as", "col"), ...names.map((name) => header(name, "col")), header("read", "col"));
    const body = table.tBodies[0] ?? table.createTBody();
    body.replaceChildren();
    cells = [];
    shares = [];
    names.forEach((name, label) => {
      const row = body.insertRow();
      row.append(header(name, "row"));
      cells.push(names.map((_, read) => {
        const button = create("button", { type: "button", tabIndex: label === at[0] && read === at[1] ? 0 : -1 });
        button.addEventListener("click", () => (reach(label, read), onChoose(label, read)));
        row.insertCell().append(button);
        return button;
      }));
      shares.push(row.insertCell());
    });
  }

  /** @param {number} label @param {number} read */
  function reach(label, read) {
    cells[at[0]][at[1]].tabIndex = -1;
    at = [label, read];
    cells[label][read].tabIndex = 0;
    cells[label][read].focus();
  }

  table.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move || modified(event) || cells.length === 0) return;
    event.preventDefault();
    const within = (/** @type {number} */ value) => clamp(value, 0, cells.length - 1);
    reach(within(at[0] + move[1]), within(at[1] + move[0]));
  });

  return {
    /** @param {ConfusionData} data */
    draw({ confusion, recall, names, chosen }) {
      if (named !== names.join()) build(names);
      named = names.join();
      const most = { right: 1, wrong: FEW };
      for (const [label, row] of (confusion ?? []).entries())
        for (const [read, count] of row.entries()) {
          const kind = label === read ? "right" : "wrong";
          most[kind] = Math.max(most[kind], count);
        }
      cells.forEach((row, label) => {
        row.forEach((cell, read) => {
          const count = confusion?.[label][read] ?? 0;
          cell.textContent = count > 0 ? whole(count) : "";
          const kind = label === read ? "right" : "wrong";
          cell.className = kind;
          // With the root, so that a single mistake is seen.
          cell.style.setProperty("--share", `${(50 * Math.sqrt(count / most[kind])).toFixed(0)}%`);
          cell.setAttribute("aria-pressed", String(chosen?.label === label && chosen?.read === read));
          cell.setAttribute("aria-label", `${names[label]} read as ${names[read]}: ${whole(count)}`);
        });
        const share = recall[label];
        shares[label].textContent = typeof share === "number" ? percent(share) : "\u2013";
      });
    },
  };
}

/** @param {string} text @param {"row" | "col"} scope */
function header(text, scope) {
  return create("th", { scope }, create("span", {}, text));
}
