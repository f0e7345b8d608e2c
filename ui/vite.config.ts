import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type PluginOption } from "vite";

/** `TRIBUTARY_API` names a running Worker; without it `npm run dev` plays one by itself from invented data. */
const api = process.env["TRIBUTARY_API"];

export default defineConfig(async ({ command }) => {
  const plugins: PluginOption[] = [svelte()];
  if (command === "serve" && api === undefined) {
    const { playedApi } = await import("./dev/plugin.ts");
    plugins.push(playedApi());
  }
  return {
    plugins,
    build: {
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
    },
    server: api === undefined ? {} : { proxy: { "/api": { target: api, ws: true, changeOrigin: true } } },
  };
});
