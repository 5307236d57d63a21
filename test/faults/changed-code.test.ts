import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LONG } from './profile.js';
import { drawsOf, WHOLE } from './seed.js';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** What the replay of stored histories needs. */
const PARTS = ['src', 'scripts', 'simulator', 'test', 'examples', 'package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];

interface Change {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Changes after which a run that is under way could not go on. */
const BREAKING: readonly Change[] = [
  {
    name: 'a timer before everything',
    file: 'src/workflows/onboard-tenant.ts',
    from: '    await untilSettled(run, checklist);',
    to: '    await condition(() => false, 1_000);\n    await untilSettled(run, checklist);',
  },
  {
    name: 'an activity with another name',
    file: 'src/workflows/steps/creative-policy.ts',
    from: 'run.act.read.probeCreatives.executeWithOptions(',
    to: "Reflect.get(run.act.read, 'measureCreatives').executeWithOptions(",
  },
  {
    name: 'an activity twice',
    file: 'src/workflows/steps/launch-check.ts',
    from: '  await run.whileNotPaused();\n',
    to: "  await run.act.read.probeCreatives.executeWithOptions({ summary: 'once more' }, [{ slug: run.slug, creatives: [], vertical: '' }]);\n",
  },
  {
    name: 'steps in another order',
    file: 'src/domain/checklist.ts',
    from: "  pixel: ['advertiser_account'],",
    to: "  pixel: ['business_verification'],",
  },
  {
    name: 'search attributes left out',
    file: 'src/workflows/publisher.ts',
    from: 'if (changed.length > 0) upsertSearchAttributes(changed);',
    to: '',
  },
];
/** A change that any run may meet. */
const HARMLESS: Change = {
  name: 'another note',
  file: 'src/workflows/run.ts',
  from: "note: 'at work'",
  to: "note: 'at it'",
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kobi-changed-'));
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'tmp'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the change in the copy, runs there what continuous integration runs of the stored histories, and takes the change back. */
async function replayWith({ name, file, from, to }: Change): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  expect(before.split(from).length - 1, `places for the change "${name}" in ${file}`).toBe(1);
  writeFileSync(
    path,
    before.replace(from, () => to),
  );
  try {
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'replay', 'test/replay/stored.test.ts'], {
      cwd: folder,
      // Not as a part of the run that this test belongs to; the bundle of the changed code goes with the copy.
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TMPDIR: join(folder, 'tmp'), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const exitCode = await new Promise<number | null>((settle, fail) => {
      child.once('error', fail);
      child.once('close', settle);
    });
    return { exitCode, said };
  } finally {
    writeFileSync(path, before);
  }
}

it('case 11: a non-deterministic change fails the replay of the stored histories, a harmless one does not', LONG, async () => {
  const draws = drawsOf(11);
  for (const change of WHOLE ? BREAKING : [draws.pick(BREAKING)]) {
    const { exitCode, said } = await replayWith(change);
    expect({ change: change.name, exitCode }).toEqual({ change: change.name, exitCode: 1 });
    expect(said).toMatch(/Nondeterminism/i);
  }
  const { exitCode, said } = await replayWith(HARMLESS);
  expect(exitCode, said).toBe(0);
});
