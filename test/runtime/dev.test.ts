import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alive, descendantsOf } from '../harness/processes.js';

const root = resolve(import.meta.dirname, '..', '..');
const tsx = import.meta.resolve('tsx');
const UI_PORT = 8233;
const statusSchema = z.object({
  steps: z.array(z.object({ id: z.string(), state: z.string(), remoteIds: z.record(z.string(), z.string()) })),
});

const viewsSchema = z.array(z.object({ name: z.string(), url: z.string(), asOf: z.string().nullable() }));

/** A folder of its own that looks like a fresh clone to `npm run dev`. */
const folder = mkdtempSync(join(tmpdir(), 'kobi-dev-'));
let squatter: Server | null = null;
let dev: Dev;

const environment = (): NodeJS.ProcessEnv => {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  return { PATH, HOME, ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }) };
};

async function until<T>(look: () => Promise<T | null | undefined | false> | T | null | undefined | false): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await delay(100);
  }
}

/** `npm run dev` in a terminal of its own: what Ctrl-C sends reaches it and all its children. */
class Dev {
  output = '';
  readonly process: ChildProcess;
  readonly ended: Promise<number | string>;

  constructor() {
    this.process = spawn(process.execPath, ['--import', tsx, join(root, 'scripts', 'dev.ts')], {
      cwd: folder,
      env: environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    this.ended = new Promise((settle) => this.process.once('close', (code, signal) => settle(code ?? signal ?? 'unknown')));
  }

  async untilUp(): Promise<void> {
    const over = this.ended.then((how) => {
      throw new Error(`npm run dev ended (${how}):\n${this.output}`);
    });
    await Promise.race([until(() => this.output.includes('Ctrl-C stops everything')), over]);
  }

  /** What stands behind a title in the list of addresses. */
  shown(title: string): string {
    return new RegExp(`^  ${title} +(\\S+)`, 'm').exec(this.output)?.[1] ?? '';
  }

  signalGroup(signal: NodeJS.Signals): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
  }
}

/** A command of the list "try, in a second terminal"; what it answers. */
function kobi(...words: string[]): Promise<string> {
  const child = spawn(process.execPath, ['--import', tsx, join(root, 'src', 'starter.ts'), ...words], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((settle) => child.once('close', () => settle(output)));
}

/** The first step, once it is done: what it made at TikTok. */
async function advertiser(): Promise<Readonly<Record<string, string>> | null> {
  const { data } = statusSchema.safeParse(JSON.parse(await kobi('status', 'alpine_school', '--json')));
  return data?.steps.find(({ id, state }) => id === 'advertiser_account' && state === 'done')?.remoteIds ?? null;
}

beforeAll(async () => {
  chmodSync(folder, 0o755);
  symlinkSync(join(root, 'examples'), join(folder, 'examples'));
  // The UI's usual port is taken: by us, unless somebody else has it already.
  const server = createServer();
  squatter = await new Promise((settle) => {
    server.once('error', () => settle(null));
    server.listen(UI_PORT, '127.0.0.1', () => settle(server));
  });
  dev = new Dev();
  await dev.untilUp();
}, 240_000);
afterAll(async () => {
  if (alive(dev.process.pid ?? 0)) dev.signalGroup('SIGTERM');
  await dev.ended;
  squatter?.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

describe('npm run dev', { timeout: 240_000 }, () => {
  it('prints addresses that answer, with another port in place of a taken one', async () => {
    const ui = dev.shown('Temporal UI');
    expect(ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ui).not.toBe(`http://127.0.0.1:${UI_PORT}`);
    expect((await fetch(ui)).status).toBe(200);
    expect((await fetch(dev.shown("TikTok's side"))).status).toBe(200);
    expect(existsSync(join(dev.shown('logs'), 'worker-1.log'))).toBe(true);

    const codec = new URL(dev.shown('codec sign-in'));
    expect((await fetch(codec)).status).toBe(200);
    const preflight = await fetch(new URL('/decode', codec), {
      method: 'OPTIONS',
      headers: { origin: ui, 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ui);
  });

  it('lets the commands that it names find everything', async () => {
    expect(dev.output).toContain('start examples/tenants/alpine_school.yaml --as ops-a@example.org');
    expect(await kobi('start', 'examples/tenants/alpine_school.yaml', '--as', 'ops-a@example.org')).toContain('alpine_school');
    expect(await until(advertiser)).toMatchObject({ advertiserId: expect.stringMatching(/^\d{19}$/) });
    expect(await kobi('doctor')).toMatch(/search attributes/);
  });

  it('lets links that kobi prints open: of the desk for a client, and of the Temporal UI', async () => {
    const link = (await kobi('link', 'alpine_school', 'account-link', '--as', 'ops-a@example.org')).trim();
    expect(new URL(link).origin).toBe(dev.shown('desk').replace(/;$/, ''));
    expect((await fetch(link)).status).toBe(200);
    const before = new Date().toISOString();
    const views = viewsSchema.parse(JSON.parse(await kobi('views', '--json')));
    expect(views.map(({ name }) => name)).toEqual(['Waiting for Kobi', 'Parked', 'Past due']);
    expect(new Set(views.map(({ url }) => new URL(url).origin))).toEqual(new Set([dev.shown('Temporal UI')]));
    // Measured against now, not against when everything was started.
    expect((views[2]?.asOf ?? '') >= before).toBe(true);
  });

  it('is the only one on its state', async () => {
    const second = new Dev();
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`process ${dev.process.pid} (npm run dev or npm run demo) works on`);
  });

  it('keeps the mail that asks an approver, with an address of the desk that answers', async () => {
    const mails = dev.shown('mails');
    const asks = await until(() => readdirSync(mails).find((name) => name.endsWith('approver-a@example.org_Onboarding-alpine_school.txt')));
    const text = await readFile(join(mails, asks), 'utf8');
    const page = /^ +(http\S+\/tenants\/alpine_school\/gates\/creative_policy)$/m.exec(text)?.[1] ?? '';
    // Nobody is signed in: it asks who is there instead of showing anything.
    expect((await fetch(page, { redirect: 'manual' })).headers.get('location')).toMatch(/^\/sign-in/);
  });

  it('puts a new worker in the place of one that was killed', async () => {
    process.kill(Number(/worker +process (\d+)/.exec(dev.output)?.[1]), 'SIGKILL');
    const next = await until(() => /worker (\d+) polls; whatever was under way goes on/.exec(dev.output)?.[1]);
    expect(alive(Number(next))).toBe(true);
  });

  it('stops on Ctrl-C with nothing left running, and goes on where it ended', async () => {
    const before = await until(advertiser);
    const children = descendantsOf(dev.process.pid ?? 0);
    expect(children.length).toBeGreaterThan(5);
    const ui = dev.shown('Temporal UI');
    dev.signalGroup('SIGINT');
    dev.signalGroup('SIGINT');
    expect(await dev.ended).toBe(0);
    expect(dev.output).toContain('stopped; state is kept');
    await until(() => !children.some(alive));
    await expect(fetch(ui)).rejects.toThrow();
    expect(existsSync(join(folder, '.kobi', 'dev.env'))).toBe(false);

    dev = new Dev();
    await dev.untilUp();
    expect(dev.output).toMatch(/^kept from before: alpine_school \(\w+\)$/m);
    expect(await until(advertiser)).toEqual(before);
    const ledger = await fetch(new URL('/_sim/ledger?committed=true&path=/bc/advertiser/create/', dev.shown("TikTok's side")));
    expect(z.object({ entries: z.array(z.unknown()) }).parse(await ledger.json()).entries).toHaveLength(1);
    const last = descendantsOf(dev.process.pid ?? 0);
    dev.signalGroup('SIGTERM');
    expect(await dev.ended).toBe(0);
    await until(() => !last.some(alive));
  });
});
