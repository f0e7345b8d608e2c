/**
 * `make dev`: the Worker with stand-in platforms, a demo team and customers that write.
 *   PORT (8787), PHONES_PORT (8800; the stand-ins follow on the next ports), STATE_DIR (.state/dev), STORY=0 for
 * silence
 * Nothing here reaches a real platform. Delete STATE_DIR to begin anew.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startStandins } from "../tests/standins/index.ts";
import { tellStory } from "../tests/standins/story.ts";
import { seedDemo } from "./demo.ts";
import { startWorker } from "./runtime.ts";
import { readVariables } from "./variables.ts";

const began = performance.now();
const { PORT = "8787", PHONES_PORT = "8800", STATE_DIR = ".state/dev", STORY } = process.env;

/** Secrets of this machine's demo, made at the first start and kept beside its state. */
const devSecrets = (): Record<string, string> => {
  const file = join(STATE_DIR, "dev.vars");
  if (!existsSync(file)) {
    mkdirSync(STATE_DIR, { recursive: true });
    const secrets = { SETUP_TOKEN: randomBytes(24).toString("hex"), SEALING_KEY: randomBytes(32).toString("base64") };
    const lines = Object.entries(secrets).map(([name, value]) => `${name}="${value}"\n`);
    writeFileSync(file, lines.join(""), { mode: 0o600 });
  }
  return readVariables(file, {});
};

const fail = (error: NodeJS.ErrnoException & { port?: number }): never => {
  const taken = error.code === "EADDRINUSE" && `port ${error.port} is in use: set PHONES_PORT to another`;
  console.error("!! could not start:", taken || error.message);
  process.exit(1);
};

const standins = await startStandins({ port: Number(PHONES_PORT), stateFile: join(STATE_DIR, "phones.json") }).catch(
  fail,
);
const PUBLIC_URL = `http://localhost:${PORT}`;
const vars = { INTAKE_COPY: "always", PUBLIC_URL, ...devSecrets(), ...standins.vars() };
const worker = await startWorker({ port: Number(PORT), stateDir: STATE_DIR, vars, localPictures: true }).catch(fail);

let story: { stop: () => void } | undefined;
let leaving = false;
const leave = (code: number) => {
  if (leaving) return;
  leaving = true;
  story?.stop();
  void Promise.allSettled([standins.stop(), worker.dispose()]).then(() => process.exit(code));
};
process.on("SIGTERM", () => leave(0));
process.on("SIGINT", () => leave(0));
void worker.ended.then(() => {
  console.error("!! workerd ended unexpectedly; start again, the state is kept");
  leave(1);
});

standins.setWorkerUrl(worker.url);
const { signInLink } = await seedDemo(worker.url, standins, vars, worker.mf).catch(fail);
if (STORY !== "0") story = tellStory(standins);

console.log(`
  inbox     ${worker.url}/
  sign in   ${signInLink}   (once)
  phones    ${standins.url}/

ready ${worker.url}   after ${((performance.now() - began) / 1000).toFixed(1)} s; Ctrl-C ends it, the state is kept in ${STATE_DIR}`);
