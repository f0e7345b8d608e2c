/** The Worker's entry and its objects, before a generated Worker that does what each test says. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "../runtime.ts";

type Played = {
  restarts: number;
  receive: (...given: unknown[]) => unknown;
  fetch: () => unknown;
  kept: unknown[][];
  objects: unknown[][];
  asked: () => unknown;
};
type Handlers = Record<string, (...given: unknown[]) => unknown>;
type Entry = { fetch: (request: Request, env: unknown, ctx: unknown) => Response | Promise<Response> };

const played = ((globalThis as Record<string, unknown>).played = {} as Played);
const state = ((globalThis as Record<string, unknown>).wasmState = { criticalError: false, instanceId: 1 });
let failsBetween = (_event: { error: unknown }) => {};
(globalThis as Record<string, unknown>).addEventListener = (name: string, listener: typeof failsBetween) => {
  assert.equal(name, "error");
  failsBetween = listener;
};
const folder = mkdtempSync(join(tmpdir(), "tributary-entry-"));
for (const file of ["entry.js", "wasm.js"]) copyFileSync(join(root, "workers", file), join(folder, file));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
const objects = readFileSync(join(root, "workers/objects.js"), "utf8");
writeFileSync(join(folder, "objects.js"), objects.replace("'cloudflare:workers'", "'./runtime.js'"));
writeFileSync(
  join(folder, "runtime.js"),
  "export class DurableObject { constructor(ctx, env) { Object.assign(this, { ctx, env }); } }",
);
writeFileSync(
  join(folder, "index.js"),
  `const { played, wasmState } = globalThis;
export const __worker_init_state = () => wasmState;
export const __wbg_reset_state = () => { played.restarts += 1; wasmState.instanceId += 1; };
export const receive = (...given) => played.receive(...given);
export const keep = async (...given) => { played.kept.push(given); return new Response('kept'); };
export const fetch = () => played.fetch(), queue = fetch, scheduled = fetch;
class Told {
  constructor(...given) { played.objects.push(given); }
  says(name, given) { return [name, ...given]; }
}
for (const name of ['ask', 'fetch', 'alarm', 'webSocketMessage', 'webSocketClose', 'webSocketError'])
  Told.prototype[name] = function (...given) { played.asked(); return this.says(name, given); };
export { Told as AccountObject, Told as LiveObject, Told as PostObject, Told as RosterObject, Told as ThreadObject };
`,
);
const { default: entry, ...classes } = (await import(pathToFileURL(join(folder, "entry.js")).href)) as {
  default: Entry;
} & Record<string, new (...given: unknown[]) => Handlers>;
after(() => rmSync(folder, { recursive: true, force: true }));

const sent: string[] = [];
const env = { INTAKE: { send: async (text: string) => void sent.push(text) } };
const post = () => new Request("https://inbox.example/webhooks/instagram", { method: "POST", body: "{}" });

beforeEach(() => {
  Object.assign(played, {
    restarts: 0,
    kept: [],
    objects: [],
    receive: () => "a delivery",
    fetch: () => new Response("served"),
    asked: () => {},
  });
  state.criticalError = false;
  sent.length = 0;
});

describe("a delivery", () => {
  it("is answered once the queue has what was made of it", async () => {
    assert.equal((await entry.fetch(post(), env, {})).status, 200);
    assert.deepEqual([sent, played.kept.length], [["a delivery"], 0]);
  });

  it("is kept when the queue refuses it, and the queue is not asked again", async () => {
    for (const INTAKE of [{ send: async () => assert.fail("no queue") }, undefined]) {
      const answer = await entry.fetch(post(), { INTAKE }, {});
      assert.equal(await answer.text(), "kept");
    }
    assert.deepEqual(
      played.kept.map((given) => given[3]),
      [true, true],
    );
  });

  it("is kept when the queue has not answered within two seconds", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let answer: Response | Promise<Response> | undefined;
    await new Promise<void>((asked) => {
      answer = entry.fetch(post(), { INTAKE: { send: () => (asked(), new Promise(() => {})) } }, {});
    });
    t.mock.timers.tick(2000);
    assert.equal(await (await answer)?.text(), "kept");
  });

  it("is kept first when Rust says so", async () => {
    played.receive = () => undefined;
    assert.equal(await (await entry.fetch(post(), env, {})).text(), "kept");
    assert.deepEqual([sent, played.kept.map((given) => given[3])], [[], [false]]);
  });

  it("is answered with the headers that all other answers carry, whatever the answer", async () => {
    const rust = readFileSync(join(root, "workers/src/http/mod.rs"), "utf8");
    const lists = rust.slice(rust.indexOf("const HEADERS"), rust.indexOf("pub(crate) async fn serve"));
    const wanted = new Map(
      [...lists.matchAll(/\(\s*"([a-z-]+)",\s*"([^"]+)",?\s*\)/g)].map(([, name = "", value = ""]) => [name, value]),
    );
    assert.equal(wanted.size, 9);
    const large = () =>
      new Request("https://inbox.example/webhooks/instagram", { method: "POST", body: "x".repeat((3 << 20) + 1) });
    const said = () =>
      new Request("https://inbox.example/webhooks/instagram", {
        method: "POST",
        body: "{}",
        headers: { "content-length": String((3 << 20) + 1) },
      });
    const refused = () => new Response("no", { status: 401, headers: { "retry-after": "10" } });
    const cases: [string, number, Request, () => unknown, unknown][] = [
      ["queued", 200, post(), () => "a delivery", env],
      ["kept", 200, post(), () => undefined, env],
      ["kept after the queue", 200, post(), () => "a delivery", {}],
      ["too large", 413, large(), () => "a delivery", env],
      ["said to be too large", 413, said(), () => "a delivery", env],
      ["refused", 401, post(), refused, env],
      ["a handshake", 401, new Request("https://inbox.example/webhooks/instagram"), refused, env],
    ];
    for (const [what, status, request, receive, bindings] of cases) {
      played.receive = receive;
      const answer = await entry.fetch(request, bindings, {});
      assert.equal(answer.status, status, what);
      for (const [name, value] of wanted) assert.equal(answer.headers.get(name), value, `${what}: ${name}`);
      if (receive === refused) assert.equal(answer.headers.get("retry-after"), "10");
    }
  });

  it("is not read when it says that it is larger than any platform posts", async () => {
    const request = new Request("https://inbox.example/webhooks/instagram", {
      method: "POST",
      body: "{}",
      headers: { "content-length": String((3 << 20) + 1) },
    });
    assert.equal((await entry.fetch(request, env, {})).status, 413);
    assert.equal(request.bodyUsed, false);
  });
});

describe("an object", () => {
  const handlers = {
    AccountObject: ["ask"],
    LiveObject: ["ask", "fetch", "alarm", "webSocketMessage", "webSocketClose", "webSocketError"],
    PostObject: ["ask", "alarm"],
    RosterObject: ["ask", "alarm"],
    ThreadObject: ["ask", "alarm"],
  };
  for (const [name, wanted] of Object.entries(handlers)) {
    it(`${name} hands on what the runtime and its callers ask of it, and nothing else`, () => {
      const Class = classes[name];
      assert.ok(Class);
      const object = new Class("state", "env");
      assert.deepEqual(played.objects, [["state", "env"]]);
      assert.deepEqual(Object.getOwnPropertyNames(Class.prototype).sort(), ["constructor", ...wanted].sort());
      for (const handler of wanted) assert.deepEqual(object[handler]?.("one", "two"), [handler, "one", "two"]);
    });
  }
});

describe("a trap", () => {
  for (const [what, request] of [
    ["in a delivery", post],
    ["in any other request", () => new Request("https://inbox.example/api/v1/session")],
  ] as const) {
    it(`${what} fails that request alone: the wasm is started anew before the next`, async () => {
      const trap = () => {
        throw new WebAssembly.RuntimeError("unreachable");
      };
      Object.assign(played, { receive: trap, fetch: trap });
      await assert.rejects(async () => entry.fetch(request(), env, {}), WebAssembly.RuntimeError);
      Object.assign(played, { receive: () => "a delivery", fetch: () => new Response("served") });
      assert.equal((await entry.fetch(request(), env, {})).status, 200);
      assert.equal(played.restarts, 1);
    });
  }

  it("in an object fails that call alone: the object is made again in the wasm that was started anew", () => {
    const object = new (classes.ThreadObject ?? assert.fail())("state", "env");
    played.asked = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    assert.throws(() => object.ask?.("one"), WebAssembly.RuntimeError);
    played.asked = () => {};
    assert.deepEqual(
      [object.ask?.("two"), object.ask?.("three")],
      [
        ["ask", "two"],
        ["ask", "three"],
      ],
    );
    assert.deepEqual(
      [played.restarts, played.objects],
      [
        1,
        [
          ["state", "env"],
          ["state", "env"],
        ],
      ],
    );
  });

  it("elsewhere has an object made again too, before it is asked", async () => {
    const object = new (classes.ThreadObject ?? assert.fail())("state", "env");
    state.criticalError = true;
    assert.equal((await entry.fetch(post(), env, {})).status, 200);
    assert.deepEqual(object.ask?.("one"), ["ask", "one"]);
    assert.deepEqual([played.restarts, played.objects.length], [1, 2]);
  });

  it("between two requests has the wasm started anew before the next", async () => {
    failsBetween({ error: new TypeError("a bad value") });
    assert.equal((await entry.fetch(post(), env, {})).status, 200);
    assert.equal(played.restarts, 0);
    failsBetween({ error: new WebAssembly.RuntimeError("unreachable") });
    assert.equal((await entry.fetch(post(), env, {})).status, 200);
    assert.equal(played.restarts, 1);
  });

  it("is none when an ordinary error is thrown", async () => {
    played.fetch = () => {
      throw new TypeError("a bad value");
    };
    await assert.rejects(async () => entry.fetch(new Request("https://inbox.example/"), env, {}), TypeError);
    assert.equal(state.criticalError, false);
  });
});
