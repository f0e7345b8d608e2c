import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { unstable_readConfig as readConfig } from "wrangler";
import { resources, rollOut, type Wrangler } from "../rollout.ts";
import { root } from "../runtime.ts";

const path = join(root, "wrangler.toml");
const config = readConfig({ config: path });
const toml = readFileSync(path, "utf8");

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "rollout-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** An account that remembers what was made in it, and what a deployment carried. */
const account = (kept: { secrets?: string[]; told?: string } = {}) => {
  const made: string[] = [];
  const put: Record<string, string>[] = [];
  const deployed: { config: string; secrets: Record<string, string>; mode: number }[] = [];
  const after = (args: string[], flag: string) => args[args.indexOf(flag) + 1] ?? "";
  const wrangler: Wrangler = (args) => {
    const [first, second, third] = args;
    const words = args.join(" ");
    if (words.includes(" create ")) made.push(`${first} ${args.at(-1)}`);
    if (second === "info") return { ok: made.includes(`queues ${third}`), output: "" };
    if (third === "info") return { ok: made.includes(`r2 ${args.at(-1)}`), output: "" };
    if (words === "d1 list --json") {
      return {
        ok: true,
        output: JSON.stringify(made.includes("d1 tributary") ? [{ name: "tributary", uuid: "id-of-it" }] : []),
      };
    }
    if (first === "secret" && second === "bulk") {
      put.push(JSON.parse(readFileSync(third ?? "", "utf8")));
      return { ok: true, output: "" };
    }
    if (first === "secret")
      return { ok: kept.secrets !== undefined, output: JSON.stringify((kept.secrets ?? []).map((name) => ({ name }))) };
    if (second === "migrations")
      made.push(`migrations by ${/database_id = "(.*)"/.exec(readFileSync(after(args, "--config"), "utf8"))?.[1]}`);
    if (first === "deploy") {
      const file = args.includes("--secrets-file") ? after(args, "--secrets-file") : undefined;
      deployed.push({
        config: readFileSync(after(args, "--config"), "utf8"),
        secrets: file ? JSON.parse(readFileSync(file, "utf8")) : {},
        mode: file ? statSync(file).mode & 0o777 : 0,
      });
      return { ok: true, output: kept.told ?? "Uploaded\n  https://tributary.example.workers.dev\n" };
    }
    return { ok: true, output: "" };
  };
  return { wrangler, made, put, deployed };
};

const options = (wrangler: Wrangler, answers: Record<string, string> = {}) => {
  const said: string[] = [];
  const asked: string[] = [];
  const ask = async (name: string) => {
    asked.push(name);
    return answers[name] ?? "";
  };
  const say = (line: string) => void said.push(line);
  return {
    given: {
      wrangler,
      ask,
      say,
      config,
      toml,
      generated: join(folder, "deploy.toml"),
      optional: ["EXAMPLE_APP_SECRET"],
    },
    said,
    asked,
  };
};

test("an empty account gets everything, dead letters included, before the Worker", async () => {
  const { wrangler, made, deployed } = account();
  const { given } = options(wrangler);
  assert.equal(await rollOut(given), "https://tributary.example.workers.dev");
  assert.deepEqual(made, [
    "queues tributary-dead",
    "queues tributary-intake",
    "queues tributary-jobs",
    "queues tributary-labels",
    "r2 tributary-blobs",
    "d1 tributary",
    "migrations by id-of-it",
  ]);
  assert.match(deployed[0]?.config ?? "", /database_name = "tributary"\ndatabase_id = "id-of-it"/);
  assert.ok(!existsSync(given.generated), "the copy of wrangler.toml is gone");
});

test("a second run creates nothing and asks nothing", async () => {
  const { wrangler, made, deployed } = account({
    secrets: ["SEALING_KEY", "SETUP_TOKEN", "EXAMPLE_APP_SECRET", "PUBLIC_URL"],
  });
  await rollOut(options(wrangler).given);
  const before = made.length;
  const again = options(wrangler);
  await rollOut(again.given);
  assert.deepEqual(made.slice(before), ["migrations by id-of-it"]);
  assert.deepEqual(again.asked, []);
  assert.deepEqual(deployed.at(-1)?.secrets, {});
});

test("required secrets left empty are made, optional ones left out; the file is its owner’s", async () => {
  const { wrangler, deployed } = account();
  const { given, said } = options(wrangler, { SETUP_TOKEN: "my own words" });
  await rollOut(given);
  const { secrets, mode } = deployed[0] ?? assert.fail("nothing deployed");
  assert.deepEqual(Object.keys(secrets), ["SEALING_KEY", "SETUP_TOKEN"]);
  assert.equal(Buffer.from(secrets.SEALING_KEY ?? "", "base64").length, 32);
  assert.equal(secrets.SETUP_TOKEN, "my own words");
  assert.equal(mode, 0o600);
  for (const secret of Object.values(secrets)) assert.ok(!said.join("\n").includes(secret), "an answer is never shown");
});

test("PUBLIC_URL is the address that wrangler tells, once it is known", async () => {
  const { wrangler, put, deployed } = account();
  const { given, said } = options(wrangler);
  await rollOut(given);
  assert.equal(deployed[0]?.secrets.PUBLIC_URL, undefined);
  assert.deepEqual(put, [{ PUBLIC_URL: "https://tributary.example.workers.dev" }]);
  assert.ok(said.includes("PUBLIC_URL: set to https://tributary.example.workers.dev"));
});

test("PUBLIC_URL is the domain that is given, and goes along with the deployment", async () => {
  const own = {
    ...config,
    routes: [
      { pattern: "other.example/*", zone_name: "other.example" },
      { pattern: "inbox.example.com", custom_domain: true },
    ],
  };
  for (const change of [{ origin: "https://inbox.example.com/" }, { config: own }]) {
    const { wrangler, put, deployed } = account();
    assert.equal(await rollOut({ ...options(wrangler).given, ...change }), "https://inbox.example.com");
    assert.equal(deployed[0]?.secrets.PUBLIC_URL, "https://inbox.example.com");
    assert.deepEqual(put, []);
  }
});

test("a PUBLIC_URL that is set stays, whoever set it", async () => {
  const kept = account({ secrets: ["SEALING_KEY", "SETUP_TOKEN", "EXAMPLE_APP_SECRET", "PUBLIC_URL"] });
  const { given, said } = options(kept.wrangler);
  await rollOut({ ...given, origin: "https://other.example.com" });
  assert.deepEqual([kept.put, kept.deployed[0]?.secrets], [[], {}]);
  assert.ok(said.includes("PUBLIC_URL: set already, left as it is"));
  const written = account();
  const vars = { ...config.vars, PUBLIC_URL: "https://written.example.com" };
  assert.equal(
    await rollOut({ ...options(written.wrangler).given, config: { ...config, vars } }),
    "https://written.example.com",
  );
  assert.deepEqual([written.put, written.deployed[0]?.secrets.PUBLIC_URL], [[], undefined]);
});

test("without an address PUBLIC_URL is left alone, and that is said", async () => {
  const { wrangler, put } = account({ told: "Uploaded\n" });
  const { given, said } = options(wrangler);
  await rollOut(given);
  assert.deepEqual(put, []);
  assert.ok(said.some((line) => line.startsWith("PUBLIC_URL: not set")));
});

test("a made setup token is told, or nobody could use it", async () => {
  const { wrangler, deployed } = account();
  const { given, said } = options(wrangler);
  await rollOut(given);
  assert.ok(said.join("\n").includes(deployed[0]?.secrets.SETUP_TOKEN ?? "?"));
});

test("without an account nothing is tried", async () => {
  const { given } = options((args) => ({ ok: args[0] !== "whoami" ? assert.fail(args.join(" ")) : false, output: "" }));
  await assert.rejects(rollOut(given), /wrangler login/);
});

test("every queue that is written to or read has its consumer and its place in the account", () => {
  const { queues } = resources(config);
  const consumed = (config.queues.consumers ?? []).map(({ queue }: { queue: string }) => queue).sort();
  assert.deepEqual(queues, consumed);
});
