/** The real Worker in workerd beside stand-in platforms, with a team that is signed in and accounts connected. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, startWorker, type RunningWorker } from "../../tools/runtime.ts";
import type { Customer } from "../standins/common/customer.ts";
import { startStandins, type Standins } from "../standins/index.ts";
import { Session } from "./session.ts";
import type { Account, Teammate, ThreadItem } from "./types.ts";
import { until } from "./until.ts";
import { freePort } from "./port.ts";
import { migrated } from "./migrated.ts";
import { timings } from "./timings.ts";

export type Role = "viewer" | "agent" | "admin" | "owner";

export type Options = {
  /** Variables on top of the stand-ins' own; an empty one takes a variable away. */
  vars?: Record<string, string>;
  /** Teammates beside the owner: first name (its address is name@team.example) to role. */
  team?: Record<string, Role>;
  /** Changes the rules before the accounts are connected. */
  rules?: (text: string) => string;
  /** Which accounts to connect; all by default. */
  connect?: (platform: string) => boolean;
  /** Cron triggers at start and by the clock; off by default, tests fire them. */
  crons?: boolean;
  /** Ask the model stand-in for labels. Off: the built-in labeler, which needs nobody. */
  model?: boolean;
  /** A state folder that another run left, its variables and its owner's session, in place of a new installation. */
  state?: { folder: string; vars: Record<string, string>; cookie: string };
  /** Changes wrangler.toml: shorter retries, a binding that is missing. */
  config?: (text: string) => string;
};

type Settings = {
  stateDir: string;
  port: number;
  vars: Record<string, string>;
  config?: Options["config"];
  crons?: boolean;
  lines: string[];
};

/** The Worker in workerd, by the repository's wrangler.toml or a changed copy of it. */
const start = ({ stateDir, port, vars, config, crons = false, lines }: Settings): Promise<RunningWorker> => {
  const log = (line: string) => void (lines.push(line), process.env.SHOW_LOG && console.error(line));
  const options = { stateDir, port, vars, crons, log, localPictures: true };
  if (!config) return startWorker(options);
  const text = readFileSync(join(root, "wrangler.toml"), "utf8");
  const changed = config(text);
  if (changed === text) throw new Error("wrangler.toml has nothing of what was to be changed");
  // The copy lies elsewhere: what it names has to be named in full.
  const full = changed.replace(
    /^(main|directory|migrations_dir) = "(.*)"$/gm,
    (_, key: string, path: string) => `${key} = "${join(root, path)}"`,
  );
  // By its content, so that wrangler reads it once and not for each product.
  const folder = join(root, ".state/changed", createHash("sha256").update(full).digest("hex").slice(0, 16));
  const path = join(folder, "wrangler.toml");
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.${process.pid}`, full);
    renameSync(`${path}.${process.pid}`, path);
  }
  return startWorker({ ...options, config: path });
};

/** The variables of an installation at `url` that speaks to these stand-ins. */
export const variables = (url: string, standins: Standins, options: Options = {}): Record<string, string> => ({
  PUBLIC_URL: url,
  INTAKE_COPY: "always",
  SETUP_TOKEN: randomBytes(24).toString("hex"),
  SEALING_KEY: randomBytes(32).toString("base64"),
  LABEL_DELAY_SECONDS: "0",
  TIMINGS: JSON.stringify(timings),
  ...standins.vars(),
  ...(options.model ? {} : { AWS_ACCESS_KEY_ID: "" }),
  ...options.vars,
});

/** The people and accounts of an installation, made through its API. */
export class Team {
  readonly people = new Map<string, Session>();
  accounts: Account[] = [];

  constructor(readonly url: string) {}

  get owner(): Session {
    return this.person("owner");
  }

  person(name: string): Session {
    const session = this.people.get(name);
    if (!session) throw new Error(`nobody is called ${name}`);
    return session;
  }

  async furnish(standins: Standins, vars: Record<string, string>, options: Options): Promise<this> {
    const owner = new Session(this.url, "owner");
    await owner.post("/setup", { setupToken: vars.SETUP_TOKEN, name: "Robin", email: "robin@team.example" });
    this.people.set("owner", owner);
    for (const [name, role] of Object.entries(options.team ?? {})) await this.invite(name, role);
    if (options.rules) {
      const now = await owner.get<{ version: number; text: string }>("/rules");
      await owner.put("/rules", { text: options.rules(now.text), expectedVersion: now.version });
    }
    for (const account of standins.accounts()) {
      if (options.connect?.(account.platform) ?? true) await this.connect(account);
    }
    return this;
  }

  /** The owner of an installation that is there already. */
  resume(cookie: string): void {
    const owner = new Session(this.url, "owner");
    owner.cookie = cookie;
    this.people.set("owner", owner);
  }

  async invite(name: string, role: Role): Promise<Session> {
    const invited = await this.owner.post<{ link: { url: string } }>("/teammates", {
      name,
      email: `${name.toLowerCase()}@team.example`,
      role,
    });
    const session = await new Session(this.url, name).signIn(invited.link.url);
    this.people.set(name, session);
    return session;
  }

  async connect(account: ReturnType<Standins["accounts"]>[number]): Promise<Account> {
    const { platform, platformAccountId, name, credentials } = account;
    const made = await this.owner.post<Account>("/accounts", { platform, platformAccountId, name, credentials });
    this.accounts = [...this.accounts.filter((one) => one.id !== made.id), made];
    return made;
  }

  async teammate(name: string): Promise<Teammate> {
    const { items } = await this.owner.get<{ items: Teammate[] }>("/teammates");
    const found = items.find((one) => one.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  }
}

export class Product {
  readonly lines: string[];

  constructor(
    readonly standins: Standins,
    public worker: RunningWorker,
    readonly team: Team,
    readonly vars: Record<string, string>,
    readonly stateDir: string,
    lines: string[],
  ) {
    this.lines = lines;
  }

  get url(): string {
    return this.worker.url;
  }

  get owner(): Session {
    return this.team.owner;
  }

  /** A statement of our own on the index. */
  async rows<T = Record<string, unknown>>(sql: string, ...values: unknown[]): Promise<T[]> {
    const database = await this.worker.mf.getD1Database("DB");
    return (
      await database
        .prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  }

  async count(table: string, where = "1 = 1"): Promise<number> {
    return (await this.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`))[0]?.n ?? 0;
  }

  /** Keys of stored objects below a prefix. */
  async blobs(prefix: string): Promise<string[]> {
    const bucket = await this.worker.mf.getR2Bucket("BLOBS");
    return (await bucket.list({ prefix })).objects.map((one) => one.key);
  }

  /** Puts a message on a queue, as any producer could. */
  async enqueue(binding: "INTAKE" | "LABELS" | "JOBS", text: string): Promise<void> {
    const queue = await this.worker.mf.getQueueProducer(binding);
    await queue.send(text, { contentType: "text" });
  }

  /** The thread of a customer, once `fits`. */
  threadOf(
    who: Customer,
    fits: (thread: ThreadItem) => boolean = () => true,
    query = "queue=all",
  ): Promise<ThreadItem> {
    // Some people have no name with their platform, only a handle.
    const names = [who.name, who.chat.username];
    return until(`a thread of ${who.name}`, async () => {
      const threads = await this.owner.threads(`${query}&platform=${who.chat.platform}`);
      return threads.find(({ contact, ...thread }) => names.includes(contact.name) && fits({ contact, ...thread }));
    });
  }

  /** Requests by which messages would reach customers. */
  sends(platform?: string): number {
    return this.standins.requests(platform, "send").length;
  }

  /** Another Worker on the same state, with other settings. What the first one's queues held is lost with it. */
  async restart(change: Pick<Options, "vars" | "config"> & { meanwhile?: () => Promise<void> } = {}): Promise<void> {
    const port = Number(new URL(this.url).port);
    await this.worker.dispose();
    await change.meanwhile?.();
    this.worker = await start({
      stateDir: this.stateDir,
      port,
      vars: { ...this.vars, ...change.vars },
      config: change.config,
      lines: this.lines,
    });
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.standins.stop(), this.worker.dispose()]);
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

export const startProduct = async (options: Options = {}): Promise<Product> => {
  const stateDir = options.state?.folder ?? (await migrated("e2e"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const standins = await startStandins({ seed: 1 });
  const vars = { ...variables(url, standins, options), ...options.state?.vars };
  const lines: string[] = [];
  const worker = await start({ stateDir, port, vars, config: options.config, crons: options.crons, lines }).catch(
    async (error: unknown) => {
      await standins.stop(); // else its servers would keep the process alive
      throw error;
    },
  );
  standins.setWorkerUrl(url);
  const product = new Product(standins, worker, new Team(url), vars, stateDir, lines);
  try {
    if (options.state) product.team.resume(options.state.cookie);
    else await product.team.furnish(standins, vars, options);
  } catch (error) {
    await product.stop(); // likewise
    throw error;
  }
  return product;
};

/** Rules by which each topic is answered by one teammate, named by first name. */
export const topicsOf =
  (owners: Record<string, string>) =>
  (text: string): string => {
    const address = (name: string) => `${name.toLowerCase()}@team.example`;
    const people = [...new Set(Object.values(owners))].map((name) => `[teammates."${address(name)}"]\n`).join("");
    return Object.entries(owners).reduce(
      (rules, [topic, name]) => rules.replace(`[topics.${topic}]`, `[topics.${topic}]\nowners = ["${address(name)}"]`),
      // Tests make more threads than a person could carry.
      text.replace("[pins]", `${people}\n[pins]`).replace("cap = 40\n", "cap = 4000\n"),
    );
  };
