/** Messages through the real Worker, with every operation counted that is paid for. */
import { startProduct, type Product } from "../harness/product.ts";
import { until } from "../harness/until.ts";
import { withEntryModule } from "../harness/with-entry-module.ts";
import type { WallPost } from "../standins/wall/model.ts";

export type Counted = Record<string, number>;

/** The units that the Worker itself is counted at. What people look with comes on top: see `assumed` in the model. */
export const UNITS = [
  "requests",
  "queueOps",
  "objectRequests",
  "objectRowsRead",
  "objectRowsWritten",
  "d1RowsRead",
  "d1RowsWritten",
  "r2Writes",
  "r2Reads",
];

/**
 * A thread looks after its publisher fifteen seconds after a change; the runtime puts an object away after ten without
 * a call.
 */
const ALARM_MS = 17_000;

const words = (n: number) => `Where is my order ${n}? It was meant to arrive.`;
const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

export class Run {
  private constructor(readonly product: Product) {}

  /** As in production: no copy of each delivery in R2; labels by a model, or by the built-in labeler. */
  static async start({
    model,
    threadsOfPost = 0,
    rules = (text) => text,
  }: {
    model: boolean;
    /** So many questions under a post open threads in an hour. */
    threadsOfPost?: number;
    rules?: (text: string) => string;
  }): Promise<Run> {
    const product = await startProduct({
      connect: (platform) => platform === "whatsapp" || platform === "facebook",
      model,
      vars: { INTAKE_COPY: "fallback", TIMINGS: "" },
      rules: (text) =>
        rules(text.replace("cap = 40\n", "cap = 400000\n").replace("monthly_budget = 20", "monthly_budget = 2000")) +
        // Twice as many questions as other comments.
        `\n[channels.facebook.comments]\nthreads_per_hour = ${threadsOfPost / 2}\n`,
      config: withEntryModule("tests/costs/counting.js"),
    });
    return new Run(product);
  }

  stop(): Promise<void> {
    return this.product.stop();
  }

  async counted(): Promise<Counted> {
    return (await fetch(`${this.product.url}/api/v1/__counted`)).json() as Promise<Counted>;
  }

  /** Once nothing has been counted for a while. */
  async settled(): Promise<Counted> {
    for (let before = ""; ;) {
      const counted = await this.counted();
      const now = JSON.stringify(counted);
      if (now === before) return counted;
      before = now;
      await sleep(2500);
    }
  }

  /** Once the alarms have rung that follow a change, and the objects have gone to sleep. */
  async asleep(): Promise<Counted> {
    await sleep(ALARM_MS);
    return this.settled();
  }

  /** So many messages of so many customers, taken in turns. */
  write(people: string, threads: number, messages: number, say?: (line: string) => void): Promise<void> {
    const { whatsapp } = this.product.standins;
    const customers = Array.from({ length: threads }, (_, n) => whatsapp.customer(`${people} ${n}`));
    return this.each(messages, (n) => void customers[n % threads]?.text(words(n)), say);
  }

  /** A comment of each of so many people under one post. In the words of messages they would be linked to these. */
  comment(people: string, post: WallPost, comments: number): Promise<void> {
    const { wall } = this.product.standins.facebook;
    return this.each(comments, (n) => void wall.comment(`${people} ${n}`, post, `About the sale: ${words(n)}`));
  }

  /** One after the other, a few on their way at a time. */
  private async each(count: number, send: (n: number) => void, say: (line: string) => void = () => {}): Promise<void> {
    const begun = await this.product.count("search");
    for (let n = 0; n < count; n += 1) {
      send(n);
      if (n % 4 === 3 || n === count - 1) {
        await until(`message ${n} is taken in`, async () => (await this.product.count("search")) >= begun + n + 1, 120);
      }
      if (n % 1000 === 999) say(`${n + 1} messages`);
    }
  }

  /** One reply to each of so many of their threads. What it takes to look a thread up is a person's, and taken off. */
  async answer(people: string, replies: number): Promise<Counted> {
    const { owner } = this.product;
    const ids = await this.product.rows<{ id: string }>(
      `SELECT id FROM threads WHERE item ->> '$.contact.name' LIKE ? LIMIT ?`,
      `${people} %`,
      replies,
    );
    const before = await this.counted();
    for (const { id } of ids) await owner.thread(id);
    const looked = difference(await this.counted(), before);
    for (const { id } of ids) await owner.reply(id, "It is on its way, and should be there tomorrow.");
    // `reply` looks the thread up once more.
    return Object.fromEntries(Object.entries(looked).map(([unit, value]) => [unit, value * 2]));
  }

  /** What one cron line takes. */
  async clock(): Promise<Counted> {
    const before = await this.settled();
    await this.product.worker.scheduled("*/5 * * * *");
    return difference(await this.settled(), before);
  }

  labels(): number {
    return this.product.standins.bedrock.calls.length;
  }
}

export const difference = (after: Counted, before: Counted): Counted =>
  Object.fromEntries(UNITS.map((unit) => [unit, (after[unit] ?? 0) - (before[unit] ?? 0)]));
