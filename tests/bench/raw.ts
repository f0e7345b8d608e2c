/** workerd alone, without Miniflare's proxy before it: our Worker and the one of the comparison in one process. */
import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createHmac } from "node:crypto";
import { unstable_readConfig as readConfig } from "wrangler";
import { root } from "../../tools/runtime.ts";
import { request } from "./client.ts";
import { sleep } from "./measure.ts";
import { freePort } from "../harness/port.ts";
import { scratch } from "../harness/scratch.ts";

const miniflare = createRequire(import.meta.url).resolve("miniflare");
const workerd = (createRequire(miniflare)("workerd") as { default: string }).default;

const secret = "not-a-secret-of-anything";

const sink = `export default { async fetch(request) { await request.arrayBuffer(); return Response.json({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0, oldestMessageTimestamp: 0 } } }); } };`;
const hello = `export default { fetch() { return new Response('hello'); } };`;

export type Raw = { process: ChildProcess; pid: number; port: (name: string) => number; stop: () => void };
type Name = "ours" | "js" | "hello";

/** Files and configuration of a workerd with these Workers, ready to be spawned again and again. */
export const prepare = async (names: Name[]) => {
  const folder = scratch("raw");
  const main = process.env.WORKER_CONFIG ?? join(root, "wrangler.toml");
  const config = readConfig({ config: main });
  const built = join(config.main ?? "", "..");
  mkdirSync(folder, { recursive: true });
  for (const file of ["entry.js", "index_bg.wasm"]) copyFileSync(join(built, file), join(folder, file));
  writeFileSync(join(folder, "js.js"), readFileSync(join(root, "tests/bench/baseline.js")));
  writeFileSync(join(folder, "sink.js"), sink);
  writeFileSync(join(folder, "hello.js"), hello);
  const ports = new Map<string, number>();
  for (const name of names) ports.set(name, await freePort());
  const common = `compatibilityDate = "${config.compatibility_date}", compatibilityFlags = ${JSON.stringify(config.compatibility_flags)}`;
  const bindings = `bindings = [(name = "INTAKE", queue = "sink"), (name = "META_APP_SECRET", text = "${secret}"),
    (name = "SEALING_KEY", text = "${Buffer.alloc(32, 7).toString("base64")}"), (name = "INTAKE_COPY", text = "fallback")]`;
  const script = (file: string) => `(name = "${file}", esModule = embed "${file}")`;
  const capnp = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${[...names.map((name) => `(name = "${name}", worker = .${name})`), '(name = "sink", worker = .sink)'].join(", ")}],
  sockets = [${names.map((name) => `(name = "${name}", address = "127.0.0.1:${ports.get(name)}", http = (), service = "${name}")`).join(", ")}]);
const ours :Workerd.Worker = (modules = [${script("entry.js")}, (name = "index_bg.wasm", wasm = embed "index_bg.wasm")], ${common}, ${bindings});
const js :Workerd.Worker = (modules = [${script("js.js")}], ${common}, ${bindings});
const hello :Workerd.Worker = (modules = [${script("hello.js")}], ${common});
const sink :Workerd.Worker = (modules = [${script("sink.js")}], ${common});
`;
  writeFileSync(join(folder, "config.capnp"), capnp);
  const start = (): ChildProcess =>
    spawn(workerd, ["serve", join(folder, "config.capnp")], { stdio: ["ignore", "ignore", "inherit"] });
  const port = (name: string) => ports.get(name) ?? 0;
  return { start, port, clean: () => rmSync(folder, { recursive: true, force: true }) };
};

/** Tries until something answers; the time since `begun` is what a first visitor waits. */
export const answers = async (port: number, path: string): Promise<void> => {
  for (;;) {
    try {
      await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer();
      return;
    } catch {
      await sleep(1);
    }
  }
};

/** Starts them and waits until all answer. */
export const startRaw = async (names: Name[]): Promise<Raw> => {
  const { start, port, clean } = await prepare(names);
  const child = start();
  for (const name of names) await answers(port(name), "/webhooks/none");
  const stop = () => {
    child.kill("SIGKILL");
    clean();
  };
  return { process: child, pid: child.pid ?? 0, port, stop };
};

/** An Instagram message as it comes: 998 bytes, signed. */
export const instagramWebhook = (path: string): Buffer => {
  const url = `https://media.tributary.example/${"a".repeat(300)}`;
  const event = (padding: string) =>
    JSON.stringify({
      object: "instagram",
      entry: [
        {
          id: "17841400000110001",
          time: 1795250000000,
          messaging: [
            {
              sender: { id: "2609480910894143" },
              recipient: { id: "17841400000110001" },
              timestamp: 1795249999000,
              message: {
                mid: `m_${"Q".repeat(140)}`,
                text: `Where is my order 4821? ${padding}`,
                attachments: [{ type: "image", payload: { url } }],
              },
            },
          ],
        },
      ],
    });
  const body = event("x".repeat(998 - Buffer.byteLength(event(""))));
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return request("POST", path, { "content-type": "application/json", "x-hub-signature-256": signature }, body);
};
