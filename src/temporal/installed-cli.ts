import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first program of that name on PATH, or null. */
export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (
      folder !== '' &&
      (await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return path;
  }
  return null;
}

/** Whether version a is at least version b; both are numbers with dots, what follows them is ignored. */
export function atLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * The version of the server that a Temporal CLI embeds, as `temporal --version` prints it.
 * @throws Error when the program does not run or prints something else
 */
export async function embeddedServerVersion(path: string): Promise<string> {
  const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
  const version = /server[ :]+v?(\d+\.\d+\.\d+)/i.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${path} --version names no server version: ${stdout.trim().slice(0, 200)}`);
  return version;
}
