import { access, constants, link, mkdir, mkdtemp, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const SERVER_VERSION = '1.32.0';
export const UI_VERSION = '2.54.1';
/** The release of the Temporal CLI that embeds that server and UI. */
export const CLI_VERSION = '1.9.1';

export type Program = 'server' | 'ui' | 'sqlTool' | 'cli';

const PLACES: Readonly<Record<Program, readonly [folder: string, file: string]>> = {
  server: [`temporal-server-${SERVER_VERSION}`, 'server'],
  ui: [`temporal-ui-${UI_VERSION}`, 'server'],
  sqlTool: [`temporal-sql-tool-${SERVER_VERSION}`, 'sql'],
  cli: [`temporal-cli-${CLI_VERSION}`, 'temporal'],
};

/** Our folder below the XDG cache folder: `~/.cache/kobi-onboarding` unless XDG_CACHE_HOME says otherwise. */
export function cacheFolderOf(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.cache'), 'kobi-onboarding');
}

/** Where a program lies, or will lie, in the cache. */
export function placeOf(cacheFolder: string, program: Program): string {
  const [folder, file] = PLACES[program];
  return join(cacheFolder, folder, file);
}

/** The path of a cached program, or null. */
export async function cached(cacheFolder: string, program: Program): Promise<string | null> {
  const path = placeOf(cacheFolder, program);
  return await access(path, constants.X_OK).then(
    () => path,
    () => null,
  );
}

/**
 * Installs a program into the cache, all or nothing: `make` gets an empty folder and must leave the program there under its name.
 * @returns the installed path
 * @throws what `make` threw; the cache is then as it was
 */
export async function install(cacheFolder: string, program: Program, make: (folder: string) => Promise<void>): Promise<string> {
  const target = dirname(placeOf(cacheFolder, program));
  await mkdir(cacheFolder, { recursive: true });
  const folder = await mkdtemp(join(cacheFolder, `.new-${basename(target)}-`));
  try {
    await make(folder);
    await access(join(folder, PLACES[program][1]), constants.X_OK);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
    return placeOf(cacheFolder, program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes the lock of a dead process, and puts back one that somebody else has just taken in its place. */
async function takeAway(lock: string, aside: string, dead: number): Promise<void> {
  const moved = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if (Number(await readFile(aside, 'utf8')) !== dead) await link(aside, lock).catch(() => undefined);
  await unlink(aside);
}

/** Runs `work` while no other process does; the lock of a process that died is taken over. */
export async function whileLocked<Result>(
  cacheFolder: string,
  onWait: (pid: number) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(cacheFolder, { recursive: true });
  const lock = join(cacheFolder, 'lock');
  const mine = join(cacheFolder, `.lock-${process.pid}-${Math.random().toString(36).slice(2)}`);
  await writeFile(mine, String(process.pid));
  try {
    for (let told = false; ; ) {
      // A hard link appears whole, with the pid in it, or not at all.
      const got = await link(mine, lock).then(
        () => true,
        () => false,
      );
      if (got) break;
      const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
      if (holder > 0 && !alive(holder)) {
        await takeAway(lock, `${mine}-dead`, holder);
        continue;
      }
      if (!told && holder > 0) onWait(holder);
      told ||= holder > 0;
      await delay(300);
    }
    try {
      return await work();
    } finally {
      await unlink(lock).catch(() => undefined);
    }
  } finally {
    await rm(mine, { force: true });
  }
}
