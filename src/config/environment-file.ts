import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Where `npm run dev` leaves the addresses of what it started, below the working directory; not in git. */
export const DEVELOPMENT_SETTINGS = join('.kobi', 'dev.env');

/**
 * The settings of this process: the environment, and below it what a running `npm run dev` left in `.kobi/dev.env`, so that `kobi`
 * in a second terminal finds the same server. KOBI_DEV_ENV=off leaves the file out, as tests and production do.
 */
export function settingsOf(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  if (env.KOBI_DEV_ENV === 'off') return env;
  try {
    return { ...parseEnv(readFileSync(join(folder, DEVELOPMENT_SETTINGS), 'utf8')), ...env };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return env;
    throw error;
  }
}
