/** What platforms are called: as the server says, and never as nothing. */
import { screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import PlatformGlyph from "../../src/components/PlatformGlyph.svelte";
import type { Platform } from "../../src/api/types.ts";
import { openPage } from "./harness.ts";

test("a platform is called as the server calls it, and until then by its id", async () => {
  const { page, show } = await openPage();
  show(PlatformGlyph, { platform: "whatsapp" });
  screen.getByRole("img", { name: "Whatsapp" });
  await page.platforms.read();
  await screen.findByRole("img", { name: "WhatsApp" });
});

test("a platform that has no glyph yet is shown by its first letter", async () => {
  const { show } = await openPage();
  show(PlatformGlyph, { platform: "pigeon" as Platform });
  expect(screen.getByRole("img", { name: "Pigeon" }).textContent).toBe("P");
});

test("a filter offers the platforms of the accounts there are, and what is chosen, in the server's order", async () => {
  const { page } = await openPage();
  await page.platforms.read();
  const accounts = [{ platform: "telegram" }, { platform: "facebook" }, { platform: "telegram" }] as const;
  const offered = (chosen?: string) => page.platforms.offered(accounts, chosen).map(({ name }) => name);
  expect(offered()).toEqual(["Facebook", "Telegram"]);
  expect(offered("whatsapp")).toEqual(["Facebook", "WhatsApp", "Telegram"]);
  expect(page.platforms.offered([])).toEqual([]);
});
