import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { signInLink, written } from "../link.ts";
import { applyMigrations } from "../migrations.ts";
import { root } from "../runtime.ts";

const run = (...args: string[]) =>
  spawnSync(join(root, "node_modules/.bin/tsx"), [join(root, "tools/link.ts"), ...args], {
    encoding: "utf8",
    env: { ...process.env, ORIGIN: "http://inbox.example" },
  });

test("values are written out as literals, quotes doubled", () => {
  const link = { url: "", sql: "SELECT ?, ?, ?", values: ["a", 7, "o'neil"] };
  assert.equal(written(link), "SELECT 'a', 7, 'o''neil'");
  assert.ok(!written(signInLink("http://inbox.example", "mia@example.com")).includes("?"));
});

test("a link is made for a teammate who may sign in, and for nobody else", async () => {
  const state = mkdtempSync(join(tmpdir(), "tributary-link-"));
  const persist = join(state, "d1");
  try {
    await applyMigrations(join(root, "workers/migrations"), persist, "DB");
    const open = () =>
      new Miniflare({
        modules: true,
        script: "export default {}",
        d1Databases: { DB: "DB" },
        d1Persist: persist,
        cf: false,
      });
    let mf = open();
    const add =
      "INSERT INTO teammates (id, email, name, role, enabled, created_at) VALUES (?, ?, 'One', 'agent', ?, 0)";
    const database = await mf.getD1Database("DB");
    await database.prepare(add).bind("tm_1", "mia.o'neil@example.com", 1).run();
    await database.prepare(add).bind("tm_2", "off@example.com", 0).run();
    for (const [id, enabled] of [
      ["tm_3", 0],
      ["tm_4", 1],
      ["tm_5", 1],
    ] as const) {
      const owner =
        "INSERT INTO teammates (id, email, name, role, enabled, created_at) VALUES (?, ?, 'Owner', 'owner', ?, ?)";
      await database
        .prepare(owner)
        .bind(id, `${id}@example.com`, enabled, Number(id.at(-1)))
        .run();
    }
    await mf.dispose();

    const made = run("Mia.O'Neil@example.com", "--local", state);
    assert.equal(made.status, 0, made.stderr);
    const token = /^http:\/\/inbox\.example\/signin#token=([\w-]{43})$/.exec(made.stdout.trim())?.[1];
    assert.ok(token, made.stdout);
    for (const nobody of ["off@example.com", "who@example.com"]) {
      const refused = run(nobody, "--local", state);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, /nobody who may sign in/);
    }

    mf = open();
    const { results } = await (await mf.getD1Database("DB")).prepare("SELECT digest, teammate FROM links").all();
    await mf.dispose();
    assert.deepEqual(results, [{ digest: createHash("sha256").update(token).digest("hex"), teammate: "tm_1" }]);

    // As `make link` has it: by the environment, and the first owner who may sign in where nobody is named.
    const byMake = spawnSync("make", ["-s", "link", "ORIGIN=http://inbox.example", `STATE_DIR=${state}`], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(byMake.status, 0, byMake.stderr);
    assert.match(byMake.stdout.trim(), /^http:\/\/inbox\.example\/signin#token=[\w-]{43}$/);
    mf = open();
    const owners = await (
      await mf.getD1Database("DB")
    )
      .prepare("SELECT teammate FROM links WHERE teammate <> 'tm_1'")
      .all();
    await mf.dispose();
    assert.deepEqual(owners.results, [{ teammate: "tm_4" }]);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
});

test("a folder without state and a deployed inbox without its address are refused", () => {
  assert.match(run("mia@example.com", "--local", join(tmpdir(), "tributary-no-such-state")).stderr, /holds no state/);
  assert.match(run("mia@example.com", "jon@example.com").stderr, /usage: make link/);
});
