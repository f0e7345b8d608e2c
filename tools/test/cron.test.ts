import assert from "node:assert/strict";
import { test } from "node:test";
import { cronMatches } from "../cron.ts";

const at = (time: string) => new Date(`2026-03-01T${time}:00Z`); // a Sunday

test("every fifth minute", () => {
  assert.ok(cronMatches("*/5 * * * *", at("10:00")));
  assert.ok(cronMatches("*/5 * * * *", at("10:55")));
  assert.ok(!cronMatches("*/5 * * * *", at("10:56")));
});

test("hourly, on the hour", () => {
  assert.ok(cronMatches("0 * * * *", at("23:00")));
  assert.ok(!cronMatches("0 * * * *", at("23:01")));
});

test("lists, ranges, steps from a start", () => {
  assert.ok(cronMatches("0,30 8-17 * * *", at("17:30")));
  assert.ok(!cronMatches("0,30 8-17 * * *", at("18:00")));
  assert.ok(cronMatches("7/20 * * * *", at("08:47")));
  assert.ok(!cronMatches("7/20 * * * *", at("08:06")));
});

test("Sunday is the first day of the week, days of the month begin at one", () => {
  assert.ok(cronMatches("0 0 1 3 1", at("00:00")));
  assert.ok(!cronMatches("0 0 * * 2", at("00:00")));
  assert.ok(cronMatches("0 0 */31 * *", at("00:00")));
});

test("what it cannot read is an error, never silence", () => {
  assert.throws(() => cronMatches("0 0 L * *", at("00:00")));
  assert.throws(() => cronMatches("0 0 * *", at("00:00")));
});
