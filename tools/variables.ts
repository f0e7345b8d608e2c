/** Where the Worker's variables and secrets come from when it runs locally. */
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * Names taken over from the process environment: the Worker's own by their shape, so that nothing else leaks in
 * (AWS_PROFILE, say) and a new platform needs no line here.
 */
const names = [
  "SETUP_TOKEN",
  "SEALING_KEY",
  "INTAKE_COPY",
  "PUBLIC_URL",
  "EXTRA_MEDIA_HOSTS",
  "LABEL_DELAY_SECONDS",
  "TIMINGS",
  "TEAM_CHANNEL_URL",
  "EMAIL_FROM",
  "EMAIL_API_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
];
const shapes =
  /^([A-Z]+_(API_BASE|APP_ID|APP_SECRET|VERIFY_TOKEN|CONSUMER_KEY|CONSUMER_SECRET|CLIENT_ID|CLIENT_SECRET|MODEL_ID)|[A-Z0-9_]+_CHANNEL_URL)$/;

/** Variables by name: the dotenv file at `file`, if there is one, with the process environment on top. */
export const readVariables = (file: string, environment = process.env): Record<string, string> => {
  const variables: Record<string, string> = {};
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  for (const [name, value] of Object.entries(fromFile)) if (value !== undefined) variables[name] = value;
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && (names.includes(name) || shapes.test(name))) variables[name] = value;
  }
  return variables;
};
