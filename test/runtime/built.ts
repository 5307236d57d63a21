import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { whileLocked } from '../../src/temporal/binary-cache.js';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..', '..');
const folder = join(root, 'dist', 'test-build');

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.ts'])
    hash.update(readFileSync(join(root, file)));
  for (const part of ['src', 'simulator']) {
    const entries = readdirSync(join(root, part), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.toSorted()) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * What `npm run build` makes of the sources as they are, built once however many test files ask for it.
 * @returns the folder that stands for `dist`
 */
export async function builtProject(): Promise<string> {
  return whileLocked(
    join(root, 'dist', 'test-lock'),
    () => undefined,
    async () => {
      const stamp = `${folder}.stamp`;
      const hash = sourcesHash();
      if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return folder;
      await run(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--out', folder], { cwd: root });
      writeFileSync(stamp, hash);
      return folder;
    },
  );
}
