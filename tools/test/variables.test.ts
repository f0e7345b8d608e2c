import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readVariables } from "../variables.ts";

const folder = mkdtempSync(join(tmpdir(), "variables-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "vars");
writeFileSync(file, 'SETUP_TOKEN=from-file\nSEALING_KEY="quoted=="\n# a comment\nANYTHING=kept\n');

test("everything in the file becomes a variable, the process environment goes on top", () => {
  assert.deepEqual(readVariables(file, { SETUP_TOKEN: "from-process" }), {
    SETUP_TOKEN: "from-process",
    SEALING_KEY: "quoted==",
    ANYTHING: "kept",
  });
});

test("of the process environment only the names that are the Worker’s", () => {
  const environment = {
    PATH: "/bin",
    AWS_PROFILE: "mine",
    AWS_REGION: "eu-west-1",
    EMAIL_FROM: "digest@mail.team.example",
    EMAIL_API_KEY: "k",
    EXAMPLE_API_BASE: "http://localhost:1",
    EXAMPLE_APP_SECRET: "s",
  };
  const { PATH: _path, AWS_PROFILE: _profile, ...taken } = environment;
  assert.deepEqual(readVariables(join(folder, "missing"), environment), taken);
});
