import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';

/**
 * What `npm run dev` and `npm run demo` keep, below the working directory or in KOBI_DEV_FOLDER, so that several can run beside each
 * other: the state, which `dev` goes on with after a demo, and the addresses of what `dev` started, while it runs.
 */
export function developmentFolder(env: NodeJS.ProcessEnv, workingFolder: string): { readonly state: string; readonly settings: string } {
  const folder = resolve(workingFolder, (env.KOBI_DEV_FOLDER ?? '') || '.kobi');
  return { state: join(folder, 'dev'), settings: join(folder, 'dev.env') };
}

/**
 * The settings of this process: the environment, and below it what a running `npm run dev` left in its folder, so that `kobi` in a
 * second terminal finds the same server. KOBI_DEV_ENV=off leaves the file out, as tests and production do.
 */
export function settingsOf(env: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  if (env.KOBI_DEV_ENV === 'off') return env;
  try {
    return { ...parseEnv(readFileSync(developmentFolder(env, folder).settings, 'utf8')), ...env };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return env;
    throw error;
  }
}
