/** How a page is looked at: by axe, for sideways scrolling, and as a picture left in tests/.out for eyes. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { root } from "../../tools/runtime.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = join(root, "tests/.out");

/** How wide a page is looked at, and in which colours. */
export type Look = { width: number; colorScheme: "light" | "dark"; name: string; options: BrowserContextOptions };

const lookOf = (width: number, colorScheme: "light" | "dark"): Look => {
  const small = width < 500;
  const options = { viewport: { width, height: small ? 844 : 900 }, deviceScaleFactor: small ? 2 : 1, colorScheme };
  return { width, colorScheme, name: `${width}-${colorScheme}`, options };
};

/**
 * The looks that every screen is given, the largest last. Both widths and both colours are in these two, and all that
 * axe knows is asked of each. `make soak` asks it of each width in each colour.
 */
export const looks: readonly Look[] = process.env.SOAK
  ? [390, 1024, 1440].flatMap((width) => [lookOf(width, "dark"), lookOf(width, "light")])
  : [lookOf(390, "dark"), lookOf(1440, "light")];

/** Shows a page that is open already as this look has it. */
export const lookAs = async (page: Page, { options, colorScheme }: Look): Promise<void> => {
  if (options.viewport) await page.setViewportSize(options.viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
};

type Fault = { id: string; nodes: { html: string; failureSummary: string }[] };

/**
 * What is wrong with a page as it is shown. `only`: rules of axe; all of them, and the size of targets, when left out.
 */
export const faults = async (page: Page, only: string[] = []): Promise<string[]> => {
  await page.evaluate(axe);
  const options = {
    resultTypes: ["violations"],
    ...(only.length > 0 ? { runOnly: only } : { rules: { "target-size": { enabled: true } } }),
  };
  const found = (await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then((r) => r.violations)`,
  )) as Fault[];
  const list = found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 300)}`),
  );
  if (await page.evaluate("document.documentElement.scrollWidth > innerWidth")) list.push("it scrolls sideways");
  if (await page.evaluate(STICKS_OUT)) list.push("a panel is not wholly on the screen");
  const cut = (await page.evaluate(CUT_LINES)) as string[];
  list.push(...cut.map((words) => `a line is cut off from below: ${words}`));
  return list;
};

/** Whether something that lies over the page is cut off at an edge. */
const STICKS_OUT = `[...document.querySelectorAll('[role="dialog"]')].some((panel) => {
  const { left, right, top, bottom } = panel.getBoundingClientRect();
  return left < 0 || right > innerWidth || top < 0 || bottom > innerHeight;
})`;

/**
 * Lines that may end in an ellipsis and are nevertheless higher than their place, so that a part of their words is not
 * seen.
 */
const CUT_LINES = `[...document.querySelectorAll('body *')].filter((element) => {
  const { whiteSpace, overflowY, textOverflow } = getComputedStyle(element);
  return whiteSpace === 'nowrap' && overflowY === 'hidden' && textOverflow === 'ellipsis' && element.scrollHeight > element.clientHeight + 4;
}).slice(0, 3).map((element) => element.textContent.trim().slice(0, 80))`;

export const picture = async (page: Page, name: string, fullPage = false): Promise<void> => {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
};

/** Leaves a picture, and tells what is wrong, each fault with the picture's name. */
export const look = async (page: Page, name: string): Promise<string[]> => {
  await picture(page, name);
  return (await faults(page)).map((fault) => `${name} ${fault}`);
};

/** The editor of the rules. */
export const rulesArea = (page: Page) => page.getByLabel("Rules document");

/** A function of an element for the page, whose types the tests do not have. A text alone would not be called. */
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is a test's own
export const inPage = (name: string, body: string) => new Function(name, body) as (element: unknown) => never;

/**
 * What a browser does with what is selected in the editor. It draws only the lines in sight: there is no value to read.
 */
const clip = (page: Page, type: "copy" | "paste", text = ""): Promise<string> =>
  rulesArea(page).evaluate(
    inPage(
      "area",
      `
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ${JSON.stringify(text)});
      area.dispatchEvent(new ClipboardEvent('${type}', { clipboardData, bubbles: true, cancelable: true }));
      return clipboardData.getData('text/plain');
    `,
    ),
  );

export const readRules = async (page: Page): Promise<string> => {
  await rulesArea(page).press("Control+a");
  return clip(page, "copy");
};
export const writeRules = async (page: Page, text: string): Promise<void> => {
  await rulesArea(page).press("Control+a");
  await clip(page, "paste", text);
};
/** The line from the caret on, which must be in the editor. */
export const rulesFromCaret = async (page: Page): Promise<string> => {
  assert.ok(
    await rulesArea(page).evaluate(inPage("area", 'return area.matches(":focus")')),
    "the editor has the focus",
  );
  await page.keyboard.press("Shift+End");
  return clip(page, "copy");
};
