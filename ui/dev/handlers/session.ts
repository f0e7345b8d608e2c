/** Signing in and out, and setting the inbox up. */
import { SESSION } from "../people.ts";
import type { Played } from "../played.ts";
import { http, refuse, shaped } from "./http.ts";

export function sessionHandlers(played: Played) {
  return [
    http.get("/api/v1/session", ({ response }) => {
      if (played.weather === "signedOut" || played.weather === "new")
        refuse(shaped(401, "signed_out", "Sign in first."));
      return response(200).json(SESSION);
    }),
    http.post("/api/v1/session", async ({ request, response }) => {
      if ((await request.json()).token !== "welcome")
        refuse(shaped(401, "link_spent", "This link was used before or has run out. Ask for a new one."));
      played.weather = "fine";
      return response(201).json(SESSION);
    }),
    http.delete("/api/v1/session", ({ response }) => {
      played.weather = "signedOut";
      return response(204).empty();
    }),
    http.post("/api/v1/setup", async ({ request, response }) => {
      if (played.weather !== "new")
        refuse(shaped(410, "already_set_up", "This installation has an owner already. Ask them for a sign-in link."));
      if ((await request.json()).setupToken !== "let-me-in")
        refuse(shaped(403, "setup_token_wrong", "This is not the setup token of this installation."));
      played.weather = "fine";
      return response(201).json(SESSION);
    }),
  ];
}
