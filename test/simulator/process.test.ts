import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createAccount } from './accounts.js';
import { Admin } from './harness.js';
import { TikTokRequest } from './tiktok-request.js';

const announced = z.object({ simulator: z.url(), api: z.url(), page: z.url() });
const folder = mkdtempSync(join(tmpdir(), 'simulator-process-'));
const children: ChildProcess[] = [];

interface Process {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Exit code, after the streams ended. */
  readonly ended: Promise<number | null>;
}

/** `npx tsx simulator/main.ts` without the wrapper, so that signals reach it. */
function run(environment: Record<string, string> = {}, ...parameters: string[]): Process {
  const child = spawn(process.execPath, ['--import', 'tsx', 'simulator/main.ts', ...parameters], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return { child, output: () => output, errors: () => errors, ended: once(child, 'close').then(() => child.exitCode) };
}

/** Waits for the one line that says where it listens. */
async function listening(simulator: Process): Promise<z.output<typeof announced>> {
  await expect.poll(() => simulator.output() + simulator.errors(), { timeout: 20_000 }).toContain('\n');
  return announced.parse(JSON.parse(simulator.output()));
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the simulator as a process of its own', { timeout: 30_000 }, () => {
  it('takes a free port, says where it is, keeps its state and leaves with 0 on SIGTERM', async () => {
    const SIMULATOR_STATE = join(folder, 'state.json');
    const first = run({ SIMULATOR_STATE, SIMULATOR_RATE_LIMIT: 'off' });
    const { api } = await listening(first);
    expect((await createAccount(new TikTokRequest(() => api), 'kobi_school_tiktok')).code).toBe(0);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.errors()).toBe('');
    expect(existsSync(SIMULATOR_STATE)).toBe(true);

    const second = run({ SIMULATOR_STATE, SIMULATOR_RATE_LIMIT: '3' });
    const again = await listening(second);
    const admin = new Admin(() => again.simulator);
    expect(await admin.ledger('?tenant=school&committed=true')).toHaveLength(1);
    expect(await admin.ok('GET', 'settings')).toMatchObject({ rateLimit: { qps: 3 } });
    expect(await (await fetch(again.page)).text()).toContain('kobi_school_tiktok');
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  it('says that a port is taken and how to go on', async () => {
    const first = run();
    const { port } = new URL((await listening(first)).simulator);
    const second = run({ SIMULATOR_PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.errors()).toBe(`simulator: port ${port} is taken; set SIMULATOR_PORT=0 to take a free one, or stop what listens there\n`);
    expect(second.output()).toBe('');
  });

  it('leaves a state file alone that is not its own', async () => {
    const SIMULATOR_STATE = join(folder, 'foreign.json');
    writeFileSync(SIMULATOR_STATE, 'precious');
    const refused = run({ SIMULATOR_STATE });
    expect(await refused.ended).toBe(1);
    expect(refused.errors()).toContain(`simulator: ${SIMULATOR_STATE} is not a state file`);
    expect(readFileSync(SIMULATOR_STATE, 'utf8')).toBe('precious');
  });

  it('names a wrong setting and a wrong argument, and helps', async () => {
    const [setting, argument, help] = [run({ SIMULATOR_PORT: 'eighty' }), run({}, '--hlep'), run({}, '--help')];
    expect([await setting.ended, await argument.ended, await help.ended]).toEqual([2, 2, 0]);
    expect(setting.errors()).toMatch(/^simulator: SIMULATOR_PORT: .*--help lists the settings\n$/);
    expect(argument.errors()).toContain('unknown argument --hlep');
    for (const name of ['PORT', 'HOST', 'STATE', 'ANSWER_DELAY_MS', 'RATE_LIMIT', 'STRICT'])
      expect(help.output()).toContain(`SIMULATOR_${name}`);
  });
});
