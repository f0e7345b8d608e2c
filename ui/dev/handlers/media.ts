/** Files: what was uploaded, and invented pictures. */
import { HttpResponse } from "msw";
import { picture } from "../pictures.ts";
import type { Played } from "../played.ts";
import { http } from "./http.ts";

export function mediaHandlers({ media }: Played) {
  return [
    http.post("/api/v1/media", async ({ request, query, response }) => {
      const id = `med_up${media.size}`;
      const type = request.headers.get("content-type") ?? "application/octet-stream";
      const data = await request.arrayBuffer();
      media.set(id, { type, data });
      return response(201).json({
        id,
        mime: type,
        name: query.get("name") ?? "upload",
        size: data.byteLength,
        url: `/api/v1/media/${id}`,
      });
    }),
    // Addresses of files are opaque to the page: the description has no such operation.
    http.untyped.get("*/api/v1/media/:media", ({ params }) => {
      const id = String(params["media"]);
      const { type, data } = media.get(id) ?? picture(id);
      return new HttpResponse(data, { headers: { "content-type": type } });
    }),
  ];
}
