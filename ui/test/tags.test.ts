import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { ThreadItem } from "../src/api/types.ts";
import { Actions, type ActionsHost } from "../src/state/actions.ts";
import {
  changeOf,
  faultOf,
  inUse,
  LONGEST_TAG,
  MOST_AT_ONCE,
  MOST_TAGS,
  offers,
  removalFaultOf,
  tagged,
  tidied,
} from "../src/state/tags.ts";

const many = (n: number, name = "t") => Array.from({ length: n }, (_, at) => `${name}${at}`);

test("the bounds are those of the server", () => {
  type Bounded = { maxItems: number; items: { maxLength: number } };
  const { components } = JSON.parse(
    readFileSync(new URL("../../shared/wire/openapi.json", import.meta.url), "utf8"),
  ) as { components: { schemas: Record<string, { properties: Record<string, Bounded> }> } };
  const add = components.schemas["TagsRequest"]?.properties["add"];
  assert.deepEqual(
    [add?.maxItems, add?.items.maxLength, components.schemas["ThreadItem"]?.properties["tags"]?.maxItems],
    [MOST_AT_ONCE, LONGEST_TAG, MOST_TAGS],
  );
});

test("what others use is offered, most used first, and a new tag only where none is called so", () => {
  const team = inUse([{ tags: ["wholesale", "VIP"] }, { tags: ["VIP"] }, { tags: [] }]);
  assert.deepEqual(team, ["VIP", "wholesale"]);
  assert.deepEqual(
    offers("", ["late"], team).map(({ tag }) => tag),
    ["late", "VIP", "wholesale"],
  );
  assert.deepEqual(offers(" vip ", [], team), [{ tag: "VIP", fresh: false }]);
  assert.deepEqual(offers("whole", [], team), [
    { tag: "wholesale", fresh: false },
    { tag: "whole", fresh: true },
  ]);
  assert.deepEqual(
    offers("sale", [], ["wholesale", "Sale"]).map(({ tag }) => tag),
    ["Sale", "wholesale"],
  );
  assert.equal(tidied("  two\twords \n"), "two words");
});

test("what the server would refuse is said before", () => {
  assert.equal(faultOf("ü🎉".repeat(20), [], []), null);
  assert.match(faultOf("x".repeat(41), [], []) ?? "", /at most 40 characters; this one has 41/);
  assert.match(faultOf("new", many(MOST_TAGS), many(MOST_TAGS)) ?? "", /at most 50 tags/);
  assert.match(faultOf("new", many(MOST_AT_ONCE), []) ?? "", /20 tags are added at once/);
  assert.equal(faultOf("new", many(MOST_AT_ONCE), many(1)), null);
  const chosen = many(30).slice(0, 10);
  assert.match(removalFaultOf("t0", chosen, many(30)) ?? "", /20 tags are taken away at once/);
  assert.deepEqual(changeOf(["a", "b"], ["b", "c"]), { add: ["c"], remove: ["a"] });
});

test("a change is told in few words", () => {
  assert.equal(tagged({ add: ["VIP"] }), "Added “VIP”");
  assert.equal(tagged({ add: ["a", "b"], remove: ["c"] }), "Added 2 tags, removed “c”");
  assert.equal(tagged({ remove: ["c"] }), "Removed “c”");
});

test("it is undone by the key and by the notice alike, and leaves what others have put on", async () => {
  let now = {
    id: "thr_1",
    version: 1,
    tags: ["old"],
    contact: { name: "Ada" },
    platform: "facebook",
  } as unknown as ThreadItem;
  const asked: object[] = [];
  const said: string[] = [];
  let offered: (() => void) | undefined;
  const client = {
    thread: () => Promise.resolve(now),
    tag: (_: string, { add = [], remove = [] }: { add?: string[]; remove?: string[] }) => {
      asked.push({ add, remove });
      now = {
        ...now,
        version: now.version + 1,
        tags: [...now.tags.filter((tag) => !remove.includes(tag)), ...add],
      };
      return Promise.resolve(now);
    },
  };
  const toasts = {
    done: (text: string, action: { run: () => void } | null = null) => (said.push(text), (offered = action?.run), 1),
    problem: (text: string) => said.push(text),
    withdraw: () => {},
  };
  const desk: ActionsHost = {
    me: () => "tm_1",
    called: ({ contact }) => `${contact.name}, Facebook`,
    show: () => {},
    reread: async () => {},
    leaving: () => ({ moveOn: () => {}, back: () => {} }),
    refresh: () => {},
  };
  const actions = new Actions(client as never, toasts as never, desk);

  await actions.tag(now, { add: ["VIP"], remove: ["old"] });
  assert.deepEqual(said, ["Added “VIP”, removed “old”: Ada, Facebook"]);
  now = { ...now, version: 3, tags: [...now.tags, "colleague's"] };
  await actions.undoLast();
  assert.deepEqual(now.tags, ["colleague's", "old"]);
  assert.equal(said[1], "Undone. Added “old”, removed “VIP”: Ada, Facebook");

  await actions.tag(now, { remove: ["old"] });
  offered?.();
  await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(asked.at(-1), { add: ["old"], remove: [] });

  await actions.tag(now, { add: ["VIP"] });
  now = { ...now, version: now.version + 1, tags: ["old"] };
  await actions.undoLast();
  assert.match(said.at(-1) ?? "", /Not undone: Ada, Facebook has changed since/);
});
