/**
 * A one-time sign-in link, written straight into the database: the way in when nobody is signed in any more.
 *   node_modules/.bin/tsx tools/link.ts EMAIL [--local STATE_DIR]
 * Whoever can run this can read the database anyway. Without --local it goes to the deployed database by wrangler.
 */
import { createHash, randomBytes } from 'node:crypto'

const HOURS = 48

export type SignInLink = { url: string; sql: string; values: (string | number)[] }

/** The link for a teammate, and the statement that makes it valid. */
export const signInLink = (origin: string, email: string, now = Date.now()): SignInLink => {
  const token = randomBytes(32).toString('base64url')
  const digest = createHash('sha256').update(token).digest('hex')
  return {
    url: `${origin}/signin#token=${token}`,
    sql: 'INSERT INTO links (digest, teammate, expires_at) SELECT ?, id, ? FROM teammates WHERE email = ? AND enabled = 1',
    values: [digest, now + HOURS * 3_600_000, email.toLowerCase()],
  }
}
