/**
 * The whole product for a test: the built Worker in workerd, the stand-in platforms with the demo team's accounts,
 * and Chromium. Nothing is played: what a page shows has travelled the whole way.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterEach, type TestContext } from "node:test";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { seedDemo } from "../../tools/demo.ts";
import { signInLink } from "../../tools/link.ts";
import { root, startWorker, type RunningWorker } from "../../tools/runtime.ts";
import { startStandins, type Standins } from "../standins/index.ts";
import { freePort } from "../harness/port.ts";
import { migrated } from "../harness/migrated.ts";

export const owner = "robin@tributary.example";
export const mia = "mia@tributary.example";
export const lena = "lena@tributary.example";

/**
 * How long anything may take to show itself. Generous: the machine may be busy, and a test that passes waits for none
 * of it.
 */
const PATIENCE_MS = 30_000;

/** What a page complained of: errors, refused by its policy, or printed as an error. */
export class Complaints {
  readonly list: string[] = [];

  constructor(context: BrowserContext) {
    context.on("weberror", (error) => this.list.push(error.error().message));
    context.on("console", (message) => {
      // An answer that is no success is the business of the test that causes it, which looks at what the page shows.
      const expected = /Failed to load resource: the server responded with a status of (401|404|409|410)/;
      if (message.type() === "error" && !expected.test(message.text()))
        this.list.push(`${message.text()} ${message.location().url}`);
    });
  }
}

export type Visit = { page: Page; complaints: Complaints; close: () => Promise<void> };

const houses = new Set<ProductFixture>();

afterEach(async (context) => {
  const { name, passed } = context as TestContext & { passed?: boolean };
  if (passed === false) for (const house of houses) await house.tellOfFailure(name);
});

export class ProductFixture {
  private constructor(
    readonly worker: RunningWorker,
    readonly standins: Standins,
    readonly browser: Browser,
    readonly setupToken: string,
    /** The owner's one-time link; undefined where nobody has set the house up. */
    readonly firstLink: string | undefined,
    private readonly stateDir: string,
  ) {}

  /** `furnished: false` leaves it as it is after its first deployment. */
  static async open({
    furnished = true,
    vars: more = {},
  }: { furnished?: boolean; vars?: Record<string, string> } = {}): Promise<ProductFixture> {
    const stateDir = await migrated("browser");
    const port = await freePort();
    const standins = await startStandins();
    const vars = {
      INTAKE_COPY: "always",
      PUBLIC_URL: `http://localhost:${port}`,
      SETUP_TOKEN: randomBytes(24).toString("hex"),
      SEALING_KEY: randomBytes(32).toString("base64"),
      ...standins.vars(),
      ...more,
    };
    const config = process.env.WORKER_CONFIG;
    const log = (line: string) => void (process.env.SHOW_LOG && process.stderr.write(`${line}\n`));
    const worker = await startWorker({
      port,
      stateDir,
      vars,
      log,
      crons: false,
      localPictures: true,
      ...(config ? { config } : {}),
    }).catch(async (error: unknown) => {
      await standins.stop(); // else its servers would keep the process alive
      throw error;
    });
    try {
      standins.setWorkerUrl(worker.url);
      const firstLink = furnished ? (await seedDemo(worker.url, standins, vars, worker.mf)).signInLink : undefined;
      const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
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
      const house = new ProductFixture(worker, standins, browser, vars.SETUP_TOKEN, firstLink, stateDir);
      houses.add(house);
      return house;
    } catch (error) {
      await Promise.allSettled([standins.stop(), worker.dispose()]); // likewise
      throw error;
    }
  }

  /** What the pages showed when a test failed: their words in its output, a picture in tests/.out. */
  async tellOfFailure(name: string): Promise<void> {
    const folder = join(root, "tests/.out");
    mkdirSync(folder, { recursive: true });
    const pages = this.browser.contexts().flatMap((context) => context.pages());
    for (const [place, page] of pages.entries()) {
      const path = join(
        folder,
        `failed ${name
          .replace(/[^a-z0-9]+/gi, " ")
          .slice(0, 60)
          .trim()} ${place}.png`,
      );
      await page.screenshot({ path, timeout: 5000 }).catch(() => {});
      const words = await page.locator("body").innerText({ timeout: 5000 }).catch(String);
      console.error(`-- "${name}" failed on ${page.url()}, which shows (see ${path}):\n${words}`);
    }
  }

  async close(): Promise<void> {
    houses.delete(this);
    await this.browser.close();
    await Promise.allSettled([this.standins.stop(), this.worker.dispose()]);
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  /** A fresh one-time link for a teammate. */
  async link(email: string): Promise<string> {
    const { url, sql, values } = signInLink(this.worker.url, email);
    const database = await this.worker.mf.getD1Database("DB");
    await database
      .prepare(sql)
      .bind(...values)
      .run();
    return url;
  }

  /** A browser of its own, with no cookie. */
  async visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      reducedMotion: "reduce",
      ...options,
    });
    const complaints = new Complaints(context);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(path.startsWith("http") ? path : `${this.worker.url}${path}`);
    return { page, complaints, close: () => context.close() };
  }

  /** A teammate's browser, signed in, looking at a queue. */
  async signedIn(email: string, queue = "all", options: BrowserContextOptions = {}): Promise<Visit> {
    const visit = await this.visit(await this.link(email), options);
    await visit.page.waitForURL("**/q/mine");
    if (queue !== "mine") await visit.page.goto(`${this.worker.url}/q/${queue}`);
    await visit.page.locator(".list-pane").waitFor();
    return visit;
  }

  /** The page on which customers hold their phones. */
  phones(): Promise<Visit> {
    return this.visit(this.standins.url);
  }
}

/** The row of a contact in the list. */
export const row = (page: Page, name: string) =>
  page.locator(".list-pane li").filter({ has: page.locator("bdi.name", { hasText: new RegExp(`^${name}$`) }) });

/** Opens the thread of a contact and waits for it to be there. */
export const openThread = async (page: Page, name: string): Promise<void> => {
  await row(page, name).first().getByRole("link").click();
  await page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
  await page.locator("#composer").waitFor();
};

/** A bubble of ours, by its words. */
export const ours = (page: Page, words: string) => page.locator(".message.ours").filter({ hasText: words });

/** Waits until something holds that is not on a page. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + PATIENCE_MS; !(await holds());) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
};
