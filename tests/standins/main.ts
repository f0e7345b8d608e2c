/** Runs the stand-ins on their own: `tsx standins/main.ts`. PORT, WORKER_URL, STATE_FILE and STORY=0 are read. */
import { startStandins } from "./index.ts";
import { tellStory } from "./story.ts";

const all = await startStandins({
  port: Number(process.env.PORT ?? 8800),
  workerUrl: process.env.WORKER_URL ?? "http://localhost:8787",
  stateFile: process.env.STATE_FILE,
});
console.log(`phones ${all.url}`);
for (const [name, value] of Object.entries(all.vars())) if (name.endsWith("_BASE")) console.log(`${name}=${value}`);
if (process.env.STORY !== "0") tellStory(all);

const stop = () => void all.stop().then(() => process.exit(0));
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
