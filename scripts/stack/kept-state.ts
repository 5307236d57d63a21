import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Stands in a state that only a demo has written: nobody's work is in it. */
const DEMO_ONLY = 'made-by-the-demo';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Takes a state folder for this process: two stacks on one database would destroy it.
 *
 * @param folder the state; the claim stands beside it
 * @returns gives it back
 * @throws Error when another process that lives has it
 */
export function claimState(folder: string): () => void {
  const file = `${folder}.pid`;
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (owner > 0 && owner !== process.pid && isAlive(owner))
    throw new Error(
      `process ${owner} (npm run dev or npm run demo) works on ${folder}: stop it with Ctrl-C first, or give this one a folder of its own with KOBI_DEV_FOLDER=.kobi-2 (if ${owner} is none of ours, remove ${file})`,
    );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${process.pid}\n`);
  return () => rmSync(file, { force: true });
}

/**
 * Makes room for an empty state. What a person worked on is set aside, never deleted; what only a demo has written is replaced.
 *
 * @returns where the earlier state is now; null when nothing was worth keeping
 */
export function beginAnew(folder: string, now: Date): string | null {
  if (!existsSync(folder)) return null;
  if (existsSync(join(folder, DEMO_ONLY))) {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const aside = `${folder}-until-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(folder, aside);
  return aside;
}

/** From now on this state is a demo's, which the next demo replaces. */
export function markAsDemo(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, DEMO_ONLY), '');
}

/** A person works with it now: it is kept. */
export function keepForPeople(folder: string): void {
  rmSync(join(folder, DEMO_ONLY), { force: true });
}
