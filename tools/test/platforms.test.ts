import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { instructions, readPage, readPages } from "../platforms.ts";
import { root } from "../runtime.ts";

const page = `---
secrets: EXAMPLE_APP_SECRET, EXAMPLE_VERIFY_TOKEN
---
# Example
Words.

## Connect
1. Enter \`{origin}/webhooks/example\`.
2. Save.

## Limits
None.
`;

test('a page gives its title, its secrets and its section "Connect"', () => {
  assert.deepEqual(readPage("example.md", page), {
    name: "Example",
    secrets: ["EXAMPLE_APP_SECRET", "EXAMPLE_VERIFY_TOKEN"],
    connect: "1. Enter `{origin}/webhooks/example`.\n2. Save.",
  });
});

test("the section may be the last one", () => {
  const last = page.slice(0, page.indexOf("\n## Limits"));
  assert.equal(readPage("example.md", last).connect, "1. Enter `{origin}/webhooks/example`.\n2. Save.");
});

test("the Worker’s address stands in the instructions", () => {
  const text = instructions([readPage("example.md", page)], "https://inbox.example.com");
  assert.match(text, /^Example\n {2}1\. Enter `https:\/\/inbox\.example\.com\/webhooks\/example`\.$/m);
});

test("a page without what is needed is an error", () => {
  assert.throws(() => readPage("example.md", page.replace("## Connect", "## Other")), /example\.md/);
  assert.throws(() => readPage("example.md", page.replace(/^secrets.*$/m, "")), /example\.md/);
});

test("every page in docs/platforms has all three", () => {
  for (const { name, connect } of readPages(join(root, "docs/platforms")))
    assert.match(connect, /\{origin\}\/webhooks\//, name);
});
