import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type PluginOption } from "vite";

/** `TRIBUTARY_API` names a running Worker; without it `npm run dev` plays one by itself from invented data. */
const api = process.env["TRIBUTARY_API"];

/** The description of the API lies beside the page: the Worker answers `GET /api/v1/openapi.json` with it. */
const description: PluginOption = {
  name: "api-description",
  apply: "build",
  generateBundle() {
    this.emitFile({
      type: "asset",
      fileName: "openapi.json",
      source: readFileSync(new URL("../shared/wire/openapi.json", import.meta.url)),
    });
  },
};

export default defineConfig(async ({ command }) => {
  const plugins: PluginOption[] = [svelte(), description];
  if (command === "serve" && api === undefined) {
    const { playedApi } = await import("./dev/plugin.ts");
    plugins.push(playedApi());
  }
  return {
    plugins,
    build: {
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: false,
      cssCodeSplit: false,
      reportCompressedSize: true,
    },
    server: api === undefined ? {} : { proxy: { "/api": { target: api, ws: true, changeOrigin: true } } },
  };
});
