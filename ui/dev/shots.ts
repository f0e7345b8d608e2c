/**
 * Pictures of every state of the page, under its real policy, and an axe run on each:
 * `npm run -w ui shots [folder] [filter]`.
 * Needs a built page and a Chromium (`CHROMIUM`, else /usr/bin/chromium).
 */
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";
import { preview } from "vite";

const folder = process.argv[2] ?? ".shots";
const filter = process.argv[3] ?? "";
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Shot {
  name: string;
  path?: string;
  play?: object;
  /** Only at these widths. */
  widths?: number[];
  do?: (page: Page) => Promise<void>;
}

const WIDTHS = (process.env["WIDTHS"] ?? "1440,1024,390").split(",").map(Number);
const ready = async (page: Page) => {
  await page.waitForSelector("#composer, .closed");
  await page.waitForTimeout(250);
};

const SHOTS: Shot[] = [
  { name: "thread", path: "/t/thr_mara", do: ready },
  {
    name: "list",
    path: "/q/mine",
    do: (page) => page.waitForSelector(".list-pane li a").then(() => page.waitForTimeout(150)),
  },
  { name: "queues", path: "/q/mine", widths: [390], do: (page) => page.click(".back") },
  { name: "kinds", path: "/t/thr_dani", do: ready },
  { name: "places", path: "/t/thr_lea", do: ready },
  { name: "comment", path: "/t/thr_tess", do: ready },
  { name: "comment-ad", path: "/t/thr_juno", do: ready },
  {
    name: "post",
    path: "/p/pst_sale",
    do: (page) => page.waitForSelector("[aria-label=Comments] li").then(() => page.waitForTimeout(250)),
  },
  {
    name: "post-picked",
    path: "/p/pst_sale",
    do: async (page) => {
      await page.click("text=Pick all shown");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "post-hiding",
    path: "/p/pst_sale",
    do: async (page) => {
      await page.click("[aria-label=Comments] li input");
      await page.click("text=Hide from others");
      await page.waitForSelector("text=1 to go");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "comment-private",
    path: "/t/thr_tess",
    do: async (page) => {
      await ready(page);
      await page.click("text=reads this >> nth=-1");
      await page.fill("#composer", "Hello Tess, may we have your order number?");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "post-in-list",
    path: "/q/all",
    do: async (page) => {
      await page.click("text=Comments");
      await page.waitForSelector(".list-pane li a");
      await page.waitForTimeout(200);
    },
  },
  {
    name: "comment-menu",
    path: "/t/thr_tess",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("m");
      await page.waitForSelector("[role=dialog]");
    },
  },
  {
    name: "comment-delete",
    path: "/t/thr_tess",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("x");
      await page.waitForSelector("[aria-modal]");
    },
  },
  { name: "arabic", path: "/t/thr_omar", do: ready },
  { name: "uncertain", path: "/t/thr_jonas", do: ready },
  { name: "failed", path: "/t/thr_sofia", do: ready },
  { name: "closed-window", path: "/t/thr_pia", do: ready },
  { name: "template-only", path: "/t/thr_ruth", do: ready },
  { name: "unlabelled", path: "/t/thr_bo", do: ready },
  {
    name: "composer-over",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.fill("#composer", "Dear Mara, we are very sorry about the shade. ".repeat(24));
    },
  },
  {
    name: "composer-quote-file",
    path: "/t/thr_mara_wa",
    do: async (page) => {
      await ready(page);
      await page.hover(".bubble");
      await page.click("button[aria-label='Reply to this message']", { force: true });
      await page.setInputFiles("input[type=file]", {
        name: "courier-slip.png",
        mimeType: "image/png",
        buffer: Buffer.from(
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
          "base64",
        ),
      });
      await page.fill(
        "#composer",
        "Hello Mara, a new shade leaves our shop at four and is with you on Friday.\n\nWarmly,\nInes",
      );
      await page.waitForSelector("ul[aria-label=Attachments] img");
    },
  },
  {
    name: "note",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("n");
      await page.keyboard.type("Courier is booked, slip is in the shared folder.");
    },
  },
  {
    name: "changed",
    path: "/t/thr_jonas",
    play: { fate: "changed" },
    do: async (page) => {
      await ready(page);
      await page.fill("#composer", "It usually takes two or three days.");
      await page.keyboard.press("Control+Enter");
      await page.waitForSelector(".changed");
    },
  },
  {
    name: "no-answer",
    path: "/t/thr_omar",
    do: async (page) => {
      await ready(page);
      await page.route("**/replies", (route) => route.abort());
      await page.fill("#composer", "نعم، نتواصل مع الجمارك الآن.");
      await page.keyboard.press("Control+Enter");
      await page.waitForSelector(".thread-pane .trouble");
    },
  },
  {
    name: "unsent",
    path: "/t/thr_omar",
    do: async (page) => {
      await ready(page);
      await page.route("**/replies", (route) => route.abort());
      await page.fill("#composer", "نعم، نتواصل مع الجمارك الآن.");
      await page.keyboard.press("Control+Enter");
      await page.waitForSelector(".thread-pane .trouble");
      await page.waitForSelector(".list-pane >> text=Unsent", { state: "attached" });
    },
  },
  {
    name: "history",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.click("button[aria-label=History]");
    },
  },
  {
    name: "assign",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("a");
      await page.waitForSelector("[role=dialog] li");
      await page.waitForTimeout(250);
    },
  },
  {
    name: "tags",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("Shift+T");
      await page.keyboard.type("late parcel");
      await page.keyboard.press("Enter");
      await page.keyboard.type("whole");
      await page.waitForTimeout(250);
    },
  },
  {
    name: "snooze",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("s");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "labels",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.click("button:has-text('Complaint')");
      await page.waitForTimeout(200);
    },
  },
  {
    name: "templates",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("r");
      await page.keyboard.press("/");
      await page.waitForSelector(".templates strong");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "template-inserted",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("r");
      await page.keyboard.press("/");
      await page.waitForSelector(".templates strong");
      await page.keyboard.type("looking");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "topics",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.click("button:has-text('Topic:')");
      await page.waitForTimeout(250);
    },
  },
  {
    name: "why",
    path: "/t/thr_mara",
    do: async (page) => {
      await ready(page);
      await page.click("button[title='Why this owner? (w)']");
      await page.waitForTimeout(150);
    },
  },
  {
    name: "help",
    path: "/q/mine",
    do: async (page) => {
      await page.waitForSelector(".list-pane li a");
      await page.keyboard.press("?");
      await page.waitForTimeout(250);
    },
  },
  {
    name: "search",
    path: "/q/mine",
    do: async (page) => {
      await page.waitForSelector(".list-pane li a");
      await page.keyboard.press("/");
      await page.keyboard.type("order saturday");
      await page.waitForSelector("mark");
    },
  },
  {
    name: "search-none",
    path: "/q/mine",
    do: async (page) => {
      await page.fill("#search", "zebra");
      await page.waitForSelector(".empty >> text=Nothing found");
    },
  },
  {
    name: "empty",
    path: "/q/mine",
    play: { empty: true },
    do: (page) => page.waitForSelector("text=Nothing waits for you").then(() => {}),
  },
  {
    name: "loading-list",
    path: "/q/mine",
    do: async (page) => {
      await page.waitForTimeout(300);
    },
    play: { weather: "slowList" },
  },
  {
    name: "loading-thread",
    path: "/t/thr_mara",
    play: { weather: "slowList" },
    do: (page) => page.waitForTimeout(300),
  },
  {
    name: "error",
    path: "/t/thr_mara",
    play: { weather: "broken" },
    do: (page) => page.waitForSelector(".thread-pane >> text=could not be loaded").then(() => page.waitForTimeout(200)),
  },
  {
    name: "failing-account",
    path: "/q/all",
    play: { failedAccount: true },
    do: (page) => page.waitForSelector(".failing").then(() => {}),
  },
  {
    name: "offline",
    path: "/q/mine",
    do: async (page) => {
      await page.waitForSelector(".list-pane li a");
      await page.context().setOffline(true);
      await page.waitForTimeout(250);
    },
  },
  {
    name: "toast",
    path: "/t/thr_mara_wa",
    do: async (page) => {
      await ready(page);
      await page.keyboard.press("e");
      await page.waitForSelector("text=Undo");
      await page.waitForTimeout(250);
    },
  },
  {
    name: "signed-out",
    path: "/",
    play: { weather: "signedOut" },
    do: (page) => page.waitForSelector("h1").then(() => page.waitForTimeout(100)),
  },
  {
    name: "link-spent",
    path: "/signin#token=old",
    play: { weather: "signedOut" },
    do: (page) => page.waitForSelector("[role=alert]").then(() => {}),
  },
  {
    name: "setup",
    path: "/setup",
    play: { weather: "new" },
    do: async (page) => {
      await page.fill("input[type=password]", "wrong");
      await page.fill("input[autocomplete=name]", "Ines Almeida");
      await page.fill("input[type=email]", "ines@example.com");
      await page.click("button.primary");
      await page.waitForSelector("[role=alert]");
    },
  },
  { name: "lost", path: "/nowhere", do: (page) => page.waitForSelector("text=no such page").then(() => {}) },
];

const server = await preview({ preview: { port: 4173, host: "127.0.0.1" }, logLevel: "error" });
const origin = server.resolvedUrls?.local[0]?.replace(/\/$/, "") ?? "http://127.0.0.1:4173";
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
await mkdir(folder, { recursive: true });

let faults = 0;
for (const scheme of (process.env["SCHEMES"] ?? "light,dark").split(",") as ("light" | "dark")[]) {
  for (const width of WIDTHS) {
    for (const shot of SHOTS.filter(
      ({ name, widths }) => name.includes(filter) && (widths ?? WIDTHS).includes(width),
    )) {
      faults += await take(browser, shot, width, scheme);
    }
  }
}
await browser.close();
await server.close();
console.log(faults === 0 ? "no faults" : `${faults} faults`);
process.exit(faults === 0 ? 0 : 1);

async function take(on: Browser, shot: Shot, width: number, colorScheme: "light" | "dark"): Promise<number> {
  const play = (order: object) => fetch(`${origin}/__play`, { method: "POST", body: JSON.stringify(order) });
  await play({ reset: true, weather: "fine", failedAccount: false });
  if (shot.play !== undefined) await play(shot.play);
  const context = await on.newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    colorScheme,
    deviceScaleFactor: width === 390 ? 2 : 1,
    locale: "en-GB",
    reducedMotion: "reduce",
    bypassCSP: false,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(Number(process.env["PATIENCE"] ?? 6000));
  const name = `${shot.name}-${width}-${colorScheme}`;
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(message.text()))
      complaints.push(message.text());
  });
  let asked = 0;
  page.on("request", (request) => (asked += request.url().includes("/api/v1/") ? 1 : 0));
  page.on("pageerror", (error) => complaints.push(error.message));
  try {
    await page.goto(`${origin}${shot.path ?? "/"}`);
    await shot.do?.(page);
    await page.screenshot({ path: `${folder}/${name}.png` });
    await page.context().setOffline(false);
    const sideways = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
    if (sideways) complaints.push("the page scrolls sideways");
    if (asked > 40) complaints.push(`${asked} requests`);
    complaints.push(...(await audit(page)));
  } catch (error) {
    complaints.push(String(error));
    await page.screenshot({ path: `${folder}/${name}.png` }).catch(() => {});
  }
  await context.close();
  for (const complaint of complaints) console.log(`${name}: ${complaint}`);
  return complaints.length;
}

/** Every rule axe has for WCAG 2.2 AA and its best practices, none switched off. */
async function audit(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate<[string, string[]][]>(
    "axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } " +
      "}).then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 140) + ' ' + " +
      "n.failureSummary.slice(0, 260)).slice(0, 3)]))",
  );
  return violations.map(([id, nodes]) => `axe ${id}: ${nodes.join(" | ")}`);
}
