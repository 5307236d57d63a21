import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase, temporalAddress } from '../harness/temporal.js';
import { alive, childrenOf } from '../harness/processes.js';

const ROOT = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'kobi-demo-'));
let database: FreshDatabase;
const running: ChildProcess[] = [];

beforeAll(async () => {
  chmodSync(folder, 0o755);
  database = await freshDatabase();
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `npm run demo` as a process of its own, and all that it has printed. */
function startDemo() {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/demo.ts'], {
    cwd: ROOT,
    env: {
      PATH,
      HOME,
      CI: '1',
      KOBI_DEV_FOLDER: folder,
      TEMPORAL_ADDRESS: temporalAddress(),
      DATABASE_URL: database.url,
      // Nobody works on this queue: nothing is onboarded under the examples' fixed names.
      KOBI_TASK_QUEUE: 'demo-stopped',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const heard = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (heard.text += text));
  const ended = new Promise<number | string | null>((settle) => child.once('close', (code, signal) => settle(code ?? signal)));
  const until = async (said: string): Promise<void> => {
    while (!heard.text.includes(said)) {
      if (child.exitCode !== null) throw new Error(`the demo ended before it said ${said}:\n${heard.text}`);
      await delay(50);
    }
  };
  return { child, heard, ended, until };
}

it('Ctrl-C twice ends the demo with all that it started, and says so by its exit code', { timeout: 120_000 }, async () => {
  const demo = startDemo();
  // The simulator runs, the worker is on its way.
  await demo.until('worker: starting');
  const children = childrenOf(demo.child.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  demo.child.kill('SIGINT');
  demo.child.kill('SIGINT');
  expect(await demo.ended, demo.heard.text).toBe(130);
  expect(demo.heard.text).toContain('stopped by SIGINT; nothing is left running');
  while (children.some(alive)) await delay(50);
  expect(existsSync(join(folder, 'dev.pid'))).toBe(false);
});

it('SIGTERM before anything is up ends it as well, with the code that a shell expects', { timeout: 120_000 }, async () => {
  const demo = startDemo();
  await demo.until('simulator: starting');
  demo.child.kill('SIGTERM');
  expect(await demo.ended, demo.heard.text).toBe(143);
});
