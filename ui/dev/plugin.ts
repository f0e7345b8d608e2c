import type { Plugin } from "vite";
export function playedApi(): Plugin { return { name: "played-api" }; }
