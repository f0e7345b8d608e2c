/** A suggested keyword goes into the right topic of the text, and nothing else of it changes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { withKeyword } from "../src/features/rules/keyword.ts";

const placed = (text: string, topic = "returns", word = "zipper") => {
  const found = withKeyword(text, topic, word);
  if (found === null || found === "there") return found;
  assert.ok(
    found.text.startsWith(`"${word}"`, found.at),
    `where it stands: ${JSON.stringify(found.text.slice(found.at, found.at + 12))}`,
  );
  // Taking it out again leaves every line that was there.
  const left = found.text.split("\n").map((line) => line.replace(/,? ?"zipper",?/, ""));
  for (const line of text.split("\n"))
    assert.ok(
      left.some((one) => one.replace(/[,\s]/g, "") === line.replace(/[,\s]/g, "")),
      line,
    );
  return found.text;
};

test("a list on one line gets one more", () => {
  assert.equal(
    placed('[topics.returns]\nkeywords = ["refund*"] # theirs\n'),
    '[topics.returns]\nkeywords = ["refund*", "zipper"] # theirs\n',
  );
  assert.equal(
    placed("[topics.returns]\nkeywords = [ \"a, b]\", 'c#' ]\n"),
    '[topics.returns]\nkeywords = [ "a, b]", \'c#\', "zipper" ]\n',
  );
  assert.equal(placed('[topics.returns]\nkeywords = ["a", ]\n'), '[topics.returns]\nkeywords = ["a", "zipper", ]\n');
  assert.equal(placed("[topics.returns]\nkeywords = []\n"), '[topics.returns]\nkeywords = ["zipper"]\n');
  assert.equal(
    placed("[topics.returns]\nkeywords = [ # none yet\n]\n"),
    '[topics.returns]\nkeywords = ["zipper" # none yet\n]\n',
  );
});

test("a list on many lines keeps its layout and its comments", () => {
  assert.equal(
    placed('[topics.returns]\nkeywords = [\n  "refund*", # money\n  "back", # home\n]\nteam = "care"\n'),
    '[topics.returns]\nkeywords = [\n  "refund*", # money\n  "back", # home\n  "zipper",\n]\nteam = "care"\n',
  );
  assert.equal(
    placed('[topics.returns]\nkeywords = [\n  "refund*",\n  "back" # home\n]\n'),
    '[topics.returns]\nkeywords = [\n  "refund*",\n  "back", # home\n  "zipper",\n]\n',
  );
  assert.equal(
    placed('[topics.returns]\nkeywords = [\n  "a", "b",\n  "c", "d",\n]\n'),
    '[topics.returns]\nkeywords = [\n  "a", "b",\n  "c", "d", "zipper",\n]\n',
  );
  assert.equal(
    placed('[topics.returns]\r\nkeywords = [\r\n\t"a"\r\n]\r\n'),
    '[topics.returns]\r\nkeywords = [\r\n\t"a",\r\n\t"zipper",\r\n]\r\n',
  );
});

test("a topic without keywords gets a line for them", () => {
  assert.equal(
    placed('[topics.returns]\ndescription = "Back" # why\nteam = "care"\n'),
    '[topics.returns]\ndescription = "Back" # why\nkeywords = ["zipper"]\nteam = "care"\n',
  );
  assert.equal(
    placed('[topics.returns] # theirs\nteam = "care"'),
    '[topics.returns] # theirs\nkeywords = ["zipper"]\nteam = "care"',
  );
  assert.equal(placed("[topics.returns]"), '[topics.returns]\nkeywords = ["zipper"]');
  assert.equal(
    placed(
      '[topics.returns]\n  description = """\n[topics.other]\nkeywords = []"""\n[topics.other]\nkeywords = ["x"]\n',
    ),
    '[topics.returns]\n  description = """\n[topics.other]\nkeywords = []"""\n  keywords = ["zipper"]\n' +
      '[topics.other]\nkeywords = ["x"]\n',
  );
});

test("it is the right topic, however that is written", () => {
  const others = '# [topics.returns]\n[topics.orders]\ndescription = "[topics.returns]"\nkeywords = ["order"]\n';
  for (const header of ["[topics.returns]", '[topics."returns"]', "[ topics . 'returns' ]"]) {
    assert.equal(placed(`${others}${header}\nkeywords = ["a"]\n`), `${others}${header}\nkeywords = ["a", "zipper"]\n`);
  }
  assert.equal(
    placed('[topics.returns]\nowners = [{ a = "]" }]\n"keywords" = ["a"]\n'),
    '[topics.returns]\nowners = [{ a = "]" }]\n"keywords" = ["a", "zipper"]\n',
  );
});

test("what is there already, and what has no place, is left alone", () => {
  assert.equal(withKeyword('[topics.returns]\nkeywords = ["zipper"]\n', "returns", "zipper"), "there");
  assert.equal(withKeyword("[topics.returns]\nkeywords = ['zipper']\n", "returns", "zipper"), "there");
  for (const text of [
    "",
    '[topics.orders]\nkeywords = ["a"]\n',
    "[[topics.returns]]\n",
    '[topics.returns]\nkeywords = "a"\n',
    "[topics.returns]\nkeywords = [ , #",
  ]) {
    assert.equal(withKeyword(text, "returns", "zipper"), null, text);
  }
});

test("the default rules take a keyword in every topic", async () => {
  const text = await readFile(new URL("../../shared/domain/src/rules/default.toml", import.meta.url), "utf8");
  const topics = [...text.matchAll(/^\[topics\.([a-z-]+)\]/gm)].map(([, name = ""]) => name);
  assert.ok(topics.length >= 7);
  for (const topic of topics) {
    const found = withKeyword(text, topic, "zipper");
    assert.ok(found !== null && found !== "there", topic);
    assert.equal(
      found.text
        .slice(0, found.at)
        .match(/^\[topics\.([a-z-]+)\]/gm)
        ?.at(-1),
      `[topics.${topic}]`,
    );
    const added = found.text.length - text.length;
    assert.match(found.text.slice(found.at - 2).slice(0, added + 2), /"zipper"/);
    let same = 0;
    while (found.text[same] === text[same]) same += 1;
    assert.equal(text.slice(same), found.text.slice(same + added), "nothing but what was put there differs");
  }
});
