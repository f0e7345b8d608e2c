import assert from "node:assert/strict";
import { test } from "node:test";
import { commandFor } from "../src/features/session/command.ts";

test("the command for a link is the one to be typed for this inbox", () => {
  assert.equal(commandFor("https://inbox.example.com"), "make link ORIGIN=https://inbox.example.com");
  assert.equal(commandFor("http://localhost:8787"), "make link PORT=8787");
});
