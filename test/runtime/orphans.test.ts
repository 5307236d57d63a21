import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { alive } from '../harness/processes.js';

const folder = mkdtempSync(join(tmpdir(), 'kobi-orphans-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(['SIGKILL', 'SIGTERM'] as const)('a child of a script that %s ended ends as well', { timeout: 60_000 }, async (signal) => {
  const parent = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'mortal-parent.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said]: unknown[] = await once(parent.stdout, 'data');
  const child = Number(String(said));
  expect(alive(child)).toBe(true);
  parent.kill(signal);
  while (alive(child)) await delay(50);
});
