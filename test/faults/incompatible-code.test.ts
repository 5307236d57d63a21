import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replay } from '../replay/replays.js';
import { workflowBundle } from './bundle.js';
import { LONG } from './profile.js';
import { drawsOf } from './seed.js';

const ROOT = resolve(import.meta.dirname, '..', '..');
const HISTORIES = join(ROOT, 'test', 'histories');

/** Changes of workflow code that onboardings under way would not survive, as text of the bundle. */
const CHANGES = [
  {
    name: 'an activity has another name',
    from: 'run.act.read.findPixel.executeWithOptions',
    to: 'run.act.read.findPixelByName.executeWithOptions',
  },
  { name: 'a call is left out', from: 'if (!progress.pixelLinked)', to: 'if (!progress.pixelLinked && run.state.paused)' },
  {
    name: 'a step begins before another is done',
    from: /billing: \[\s*'business_verification'\s*\]/,
    to: 'billing: ["advertiser_account"]',
  },
  { name: 'a search attribute is not set', from: /\(0,\s*[\w.]+upsertSearchAttributes\)\(\w+\)/, to: 'undefined' },
] as const;

let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kobi-faults-code-'));
  bundle = await workflowBundle();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function changed({ name, from, to }: (typeof CHANGES)[number]): string {
  const code = readFileSync(bundle, 'utf8');
  const other = code.replace(from, to);
  if (other === code) throw new Error(`the workflow code has nothing of which "${name}" could be made`);
  const file = join(folder, `${CHANGES.findIndex((change) => change.name === name)}.js`);
  writeFileSync(file, other);
  return file;
}

/** The test that continuous integration runs over the stored histories, with this workflow code; its exit code. */
function storedHistoriesTest(code: string): Promise<number | null> {
  const vitest = join(ROOT, 'node_modules', '.bin', 'vitest');
  const child = spawn(vitest, ['run', '--project', 'replay', 'test/replay/stored.test.ts'], {
    cwd: ROOT,
    env: { ...process.env, KOBI_TEST_WORKFLOW_BUNDLE: code },
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  });
}

it('case 11: workflow code that onboardings under way would not survive fails the replay of the stored histories', LONG, async () => {
  const draws = drawsOf(11);
  const files = readdirSync(HISTORIES)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(HISTORIES, name));
  const verdicts = await replay(files);
  expect([...verdicts.values()], 'the code as it is').toEqual(files.map(() => null));
  for (const change of CHANGES) {
    const refused = [...(await replay(files, changed(change))).values()].filter((verdict) => verdict !== null);
    expect(refused.length, `histories that do not replay when ${change.name}`).toBeGreaterThan(0);
    expect(refused.join('\n')).toMatch(/nondeterminism/i);
  }
  expect(await storedHistoriesTest(bundle), 'the test of the stored histories').toBe(0);
  const drawn = draws.pick(CHANGES);
  expect(await storedHistoriesTest(changed(drawn)), `the same test when ${drawn.name}`).toBe(1);
});
