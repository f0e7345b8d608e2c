/**
 * `make serve`: the Worker alone, in workerd.
 *   PORT (8787), HOST (127.0.0.1), STATE_DIR (.state), ENV_FILE (dotenv; .dev.vars)
 * stdout carries one line, `ready http://localhost:PORT`, when it answers; all else goes to stderr.
 */
import { existsSync } from "node:fs";
import { startWorker } from "./runtime.ts";
import { readVariables } from "./variables.ts";

const { PORT = "8787", HOST, STATE_DIR = ".state", ENV_FILE } = process.env;
if (ENV_FILE && !existsSync(ENV_FILE)) {
  console.error(`!! ENV_FILE names ${ENV_FILE}, which does not exist`);
  process.exit(1);
}
const file = ENV_FILE || ".dev.vars";
const vars = { INTAKE_COPY: "always", PUBLIC_URL: `http://localhost:${PORT}`, ...readVariables(file) };

const howTo: Record<string, string> = {
  SEALING_KEY: "seals the tokens of connected accounts; make one, once, and keep it: openssl rand -base64 32",
  SETUP_TOKEN: "makes the first owner; any long random word: openssl rand -hex 24",
};
for (const [name, how] of Object.entries(howTo)) {
  if (!(name in vars)) console.error(`!! ${name} is not set (${how}); put ${name}=... into ${file}`);
}

const worker = await startWorker({
  port: Number(PORT),
  stateDir: STATE_DIR,
  vars,
  ...(HOST ? { host: HOST } : {}),
}).catch((error: unknown) => {
  console.error("!! could not start:", error instanceof Error ? error.message : error);
  process.exit(1);
});

let leaving = false;
const leave = (code: number) => {
  if (leaving) return;
  leaving = true;
  void worker.dispose().finally(() => process.exit(code));
};
process.on("SIGTERM", () => leave(0));
process.on("SIGINT", () => leave(0));
void worker.ended.then(() => {
  console.error("!! workerd ended unexpectedly; start again, the state is kept");
  leave(1);
});

console.log(`ready ${worker.url}`);
