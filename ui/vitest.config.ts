/** Component tests: Svelte's components in a document without a browser, against the played API. */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  test: { environment: "happy-dom", include: ["test/components/*.test.ts"], setupFiles: ["test/components/setup.ts"] },
});
