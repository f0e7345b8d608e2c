/** Where the Worker's variables and secrets come from when it runs locally. */
import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Names taken over from the process environment: the Worker's own, so that nothing else of it leaks in. */
const ours =
  /^(SETUP_TOKEN|SEALING_KEY|INTAKE_COPY|AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|REGION)|(META|FACEBOOK|INSTAGRAM|WHATSAPP|TELEGRAM|X|BLUESKY|REDDIT|THREADS|YOUTUBE|LINKEDIN|GOOGLE|GOOGLEBUSINESS|BEDROCK)_[A-Z0-9_]+)$/

/** The dotenv file at `file`, if there is one, with the process environment on top. */
export const readVariables = (file: string): Record<string, string> => {
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const fromProcess = Object.entries(process.env).filter(([name]) => ours.test(name))
  return { ...fromFile, ...Object.fromEntries(fromProcess) } as Record<string, string>
}
