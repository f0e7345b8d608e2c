import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { generated, schemaText } from "../dev/types.ts";

test("the generated types are those of the API's description; else run `npm run -w ui types`", async () => {
  assert.equal(await readFile(generated, "utf8"), await schemaText());
});
