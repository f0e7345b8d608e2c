/** Who is on the team, and what the rules give it. */
import { PLATFORMS, TEAMMATES, TEAMS, TEMPLATES, TOPICS } from "../people.ts";
import { http, page } from "./http.ts";

export function teamHandlers() {
  return [
    http.get("/api/v1/teammates", ({ response }) => response(200).json(page(TEAMMATES))),
    http.get("/api/v1/platforms", ({ response }) => response(200).json(page(PLATFORMS))),
    http.get("/api/v1/teams", ({ response }) => response(200).json(page(TEAMS))),
    http.get("/api/v1/templates", ({ response }) => response(200).json(page(TEMPLATES))),
    // Nobody's shift ends.
    http.get("/api/v1/handover", ({ response }) =>
      response(200).json({ endsAt: null, offeredFrom: null, items: [], more: false }),
    ),
    http.get("/api/v1/topics", ({ response }) =>
      response(200).json(
        page(TOPICS.map((topic) => ({ id: topic, description: `Everything about ${topic.replace("-", " ")}.` }))),
      ),
    ),
  ];
}
