/** `make serve` as a process of its own, which can be killed at any moment and started again on the same state. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../tools/runtime.ts";

export class Served {
  private child: ChildProcess | undefined;
  readonly lines: string[] = [];

  constructor(
    readonly port: number,
    readonly stateDir: string,
    private readonly vars: Record<string, string>,
  ) {}

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async start(): Promise<void> {
    mkdirSync(this.stateDir, { recursive: true });
    const file = join(this.stateDir, "test.vars");
    writeFileSync(
      file,
      Object.entries(this.vars)
        .map(([name, value]) => `${name}="${value}"\n`)
        .join(""),
    );
    const { PATH = "", HOME = "" } = process.env;
    // A group of its own: a kill takes the server and workerd together.
    const child = spawn("node", ["--import", "tsx", "tools/serve.ts"], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH, HOME, PORT: String(this.port), STATE_DIR: this.stateDir, ENV_FILE: file },
    });
    this.child = child;
    createInterface({ input: child.stderr }).on("line", (line) => this.lines.push(line));
    const ready = new Promise<void>((done, fail) => {
      createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("ready ") && done());
      child.once("exit", (code) => fail(new Error(`serve ended with ${code}: ${this.lines.slice(-5).join(" | ")}`)));
    });
    await ready;
  }

  /** SIGKILL, at once, to all of it. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await gone;
    this.child = undefined;
  }
}
