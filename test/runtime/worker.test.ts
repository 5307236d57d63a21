import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { connectTemporal, type TemporalClient } from '../../src/temporal/connection.js';
import { freePort } from '../../src/process/free-port.js';
import { prepareNamespace } from '../../src/temporal/prepare-namespace.js';
import { kobi } from '../cli/kobi.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { useSimulator } from '../simulator/harness.js';
import { builtProject } from './built.js';
import { createGateway, type Gateway } from './gateway.js';
import { selfSigned, startTlsGateway } from './tls-gateway.js';
import { settingsFor, WorkerProcess } from './worker-process.js';

const NAMESPACE = 'worker-process';
const TASK_QUEUE = 'worker-process';
const API_KEY = 'not-a-real-api-key';
const NEEDED = [
  'TIKTOK_APP_ID',
  'TIKTOK_APP_SECRET',
  'TIKTOK_ACCESS_TOKEN',
  'TIKTOK_BC_ID',
  'DATABASE_URL',
  'SECRETS_KEY',
  'KOBI_OPERATOR_USER_IDS',
  'KOBI_BILLING_GROUP_ID',
];
const tiktok = useSimulator();
const statusSchema = z.object({
  steps: z.array(z.object({ id: z.string(), state: z.string() })),
  gates: z.array(z.object({ id: z.string(), state: z.string() })),
});
let database: FreshDatabase;
let gateway: Gateway;
let temporal: TemporalClient;
let settings: Record<string, string>;
const workers: WorkerProcess[] = [];
const closing: (() => unknown)[] = [];

async function startWorker(change: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
  const worker = await WorkerProcess.start({ ...settings, TEMPORAL_ADDRESS: gateway.address, KOBI_LOG_LEVEL: 'trace', ...change });
  workers.push(worker);
  return worker;
}

async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await delay(50);
  }
}

async function statusOf(slug: string) {
  const { stdout, stderr } = await kobi(['status', slug, '--json'], settings);
  if (stdout === '') throw new Error(stderr);
  return statusSchema.parse(JSON.parse(stdout));
}

/** Of each finished activity with this name, at which attempt it came to its end; null when there is none yet. */
async function attemptsOf(slug: string, activity: string): Promise<number[] | null> {
  const { events } = await temporal.client.workflow.getHandle(`onboarding:${slug}`).fetchHistory();
  const scheduled = (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity);
  const attempts = scheduled.flatMap(({ eventId }) => {
    const started = events?.find((event) => event.activityTaskStartedEventAttributes?.scheduledEventId?.toString() === eventId?.toString());
    return started?.activityTaskStartedEventAttributes?.attempt ?? [];
  });
  return attempts.length === 0 ? null : attempts;
}

/** Metrics of one name: labels, sorted, and value. */
function metric(text: string, name: string): Map<string, number> {
  const lines = [...text.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\S+)$`, 'gm'))];
  return new Map(
    lines.map(([, labels = '', value]) => [
      labels
        .split(',')
        .filter((label) => !label.startsWith('service_name='))
        .toSorted()
        .join(','),
      Number(value),
    ]),
  );
}

beforeAll(async () => {
  await builtProject();
  database = await freshDatabase();
  closing.push(() => database.close());
  const address = inject('temporalAddress');
  gateway = createGateway(await freePort(), address);
  await prepareNamespace({ address, namespace: NAMESPACE, env: {} });
  temporal = await connectTemporal({ address, namespace: NAMESPACE, env: {} });
  closing.push(() => temporal.close());
  settings = {
    ...settingsFor({ simulator: tiktok.apiUrl, databaseUrl: database.url, taskQueue: TASK_QUEUE }),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: NAMESPACE,
  };
}, 240_000);
afterAll(async () => {
  for (const worker of workers) await worker.stop('SIGKILL');
  for (const close of closing.reverse()) await close();
});

describe('a worker process', { timeout: 120_000 }, () => {
  let first: WorkerProcess;
  let second: WorkerProcess;

  it('that still waits for the server stops when it is told, and exits 0', async () => {
    const waiting = await startWorker();
    await until(async () => /not there yet/.test(waiting.output) && (await waiting.health('/healthz')));
    expect(await waiting.stop('SIGTERM')).toBe(0);
    expect(waiting.output).toContain('stopped before it polled');
  });

  it('waits for the server to come up, and is ready only while the server sees it poll', async () => {
    first = await startWorker();
    const early = await until(() => first.health('/readyz'));
    expect(early).toEqual({ status: 503, text: '{"ready":false,"worker":"STARTING"}\n' });
    expect(await first.health('/healthz')).toEqual({ status: 200, text: '{"worker":"STARTING"}\n' });
    await gateway.open();
    await first.untilReady();
    const { pollers } = await temporal.connection.workflowService.describeTaskQueue({
      namespace: NAMESPACE,
      taskQueue: { name: TASK_QUEUE },
    });
    expect(pollers?.map(({ identity }) => identity?.split('@')[0])).toContain(String(first.process.pid));

    await gateway.cut();
    const away = await first.health('/readyz');
    expect(away).toEqual({ status: 503, text: '{"ready":false,"worker":"RUNNING"}\n' });
    expect((await first.health('/healthz'))?.status).toBe(200);
    await gateway.open();
    await first.untilReady();
  });

  it('counts the calls by endpoint and code as TikTok saw them, beside what the SDK measures', async () => {
    await tiktok.admin.fault('/pixel/list/', 'code=50000');
    const files = ['alpine_school', 'peak_gear'].map((slug) => `examples/tenants/${slug}.yaml`);
    expect((await kobi(['start', ...files, '--as', 'ops-a@example.org'], settings)).stdout).toMatch(/alpine_school[^]*peak_gear/);
    await tiktok.admin.person('link-tiktok-account', { handle: 'alpine_school' });
    await until(async () => {
      const [school, shop] = [await statusOf('alpine_school'), await statusOf('peak_gear')];
      const moving = [...school.steps, ...shop.steps].some(({ state }) => state === 'running');
      return !moving && [school, shop].every(({ gates }) => gates.some(({ state }) => state === 'open'));
    });

    const asTikTokSaw = async (): Promise<Map<string, number>> => {
      const seen = new Map<string, number>();
      for (const { path, code } of await tiktok.admin.ledger()) {
        const labels = `code="${code}",endpoint="${path}"`;
        seen.set(labels, (seen.get(labels) ?? 0) + 1);
      }
      return seen;
    };
    let text = '';
    // TikTok is still polled now and then: a call may come between the two looks.
    await vi.waitFor(
      async () => {
        text = await first.metrics();
        expect(metric(text, 'kobi_tiktok_calls_total')).toEqual(await asTikTokSaw());
      },
      { timeout: 30_000, interval: 200 },
    );
    const seen = await asTikTokSaw();
    expect([...seen.keys()]).toEqual(expect.arrayContaining(['code="0",endpoint="/bc/get/"', 'code="50000",endpoint="/pixel/list/"']));
    expect(text).toMatch(/^temporal_workflow_task_queue_poll_succeed_total\{[^}]*\} [1-9]/m);
    expect(text).toMatch(/^temporal_activity_execution_latency\w*_count\{[^}]*\} [1-9]/m);
  });

  it('lets what is in flight come to its end on SIGTERM, is not ready meanwhile, and exits 0', async () => {
    const { id } = z.object({ id: z.number() }).parse(await tiktok.admin.fault('/file/video/ad/upload/', 'hold-answer'));
    const decided = await kobi(
      ['decide', 'alpine_school', 'creative_policy', 'approve', '--as', 'approver-a@example.org', '--reason', 'Fits the policy'],
      settings,
    );
    expect(decided.stderr).toBe('');
    await until(async () => (await tiktok.admin.faults()).some((fault) => fault.id === id && fault.fired.length === 1));
    first.process.kill('SIGTERM');
    await until(async () => (await first.health('/readyz'))?.status === 503);
    // As Ctrl-C in a terminal does, while `npm run dev` asks it to stop as well.
    first.process.kill('SIGTERM');
    first.process.kill('SIGINT');
    await until(async () => /"DRAINING"|"STOPPING"/.test((await first.health('/healthz'))?.text ?? ''));
    await tiktok.admin.ok('DELETE', `faults/${id}`);
    expect(await first.ended).toBe(0);
    expect(first.output).toContain('the worker has stopped');

    const { raw } = await temporal.client.workflow.getHandle('onboarding:alpine_school').describe();
    expect(raw.pendingActivities?.map(({ activityType }) => activityType?.name)).not.toContain('uploadCreatives');
  });

  it('shows steps by state and open gates by age, of all onboardings', async () => {
    const opened = await database.db
      .updateTable('gates')
      .set({ opened_at: new Date(Date.now() - 2 * 86_400_000) })
      .where('slug', '=', 'peak_gear')
      .where('state', '=', 'open')
      .returning('gate')
      .execute();
    const states = new Map<string, number>();
    for (const { status } of await database.db.selectFrom('onboardings').select('status').execute())
      for (const { id, state } of statusSchema.parse(status).steps) {
        const labels = `state="${state}",step="${id}"`;
        states.set(labels, (states.get(labels) ?? 0) + 1);
      }
    expect(states.size).toBeGreaterThan(5);
    second = await startWorker({ KOBI_GRACE_SECONDS: '1' });
    await second.untilReady();
    const text = await until(async () => {
      const now = await second.metrics();
      return metric(now, 'kobi_gates_open').size > 0 && now;
    });
    expect(metric(text, 'kobi_steps')).toEqual(states);
    expect(metric(text, 'kobi_gates_open')).toEqual(new Map(opened.map(({ gate }) => [`age="1_to_3_days",gate="${gate}"`, 1])));
  });

  it('hands back what does not end within the grace period, and exits 0 all the same', async () => {
    const { id } = z.object({ id: z.number() }).parse(await tiktok.admin.fault('/bc/get/', 'hold-answer'));
    await kobi(['start', 'examples/tenants/coast_tours.yaml', '--as', 'ops-a@example.org'], settings);
    await until(async () => (await tiktok.admin.faults()).some((fault) => fault.id === id && fault.fired.length === 1));
    expect(await second.stop('SIGTERM')).toBe(0);
    await tiktok.admin.ok('DELETE', `faults/${id}`);
  });

  it('goes on where another one ended, over TLS and with an API key, told by a profile of the Temporal CLI alone', async () => {
    const files = mkdtempSync(join(tmpdir(), 'kobi-profile-'));
    const certificate = selfSigned(files);
    const edge = await startTlsGateway({ ...certificate, apiKey: API_KEY, target: inject('temporalAddress') });
    const profile = join(files, 'temporal.toml');
    const tls = `[profile.kobi.tls]\nserver_ca_cert_path = "${certificate.certificate}"\nserver_name = "temporal.example.org"\n`;
    const lines = `[profile.kobi]\naddress = "127.0.0.1:${edge.port}"\nnamespace = "${NAMESPACE}"\n`;
    const { TEMPORAL_ADDRESS: _address, TEMPORAL_NAMESPACE: _namespace, ...others } = settings;
    const start = async (apiKey: string): Promise<WorkerProcess> => {
      writeFileSync(profile, `${lines}api_key = "${apiKey}"\n${tls}`);
      const worker = await WorkerProcess.start({ ...others, TEMPORAL_CONFIG_FILE: profile, TEMPORAL_PROFILE: 'kobi' });
      workers.push(worker);
      return worker;
    };
    try {
      const stranger = await start('fake-key-of-somebody-else');
      expect(await stranger.ended).toBe(1);
      expect(stranger.output).toMatch(/the Temporal server at 127\.0\.0\.1:\d+ refuses us .*TEMPORAL_API_KEY/);
      expect(stranger.output).not.toContain('fake-key-of-somebody-else');

      const third = await start(API_KEY);
      await third.untilReady();
      await until(async () =>
        (await statusOf('coast_tours')).steps.some(({ id, state }) => id === 'advertiser_account' && state === 'done'),
      );
      // What the first one finished on its way out was not done again.
      expect(await until(() => attemptsOf('alpine_school', 'uploadCreatives'))).toEqual([1]);
      expect(await until(() => attemptsOf('coast_tours', 'inspectBusinessCenter'))).toEqual([2]);
      expect(await third.stop('SIGINT')).toBe(0);
    } finally {
      await edge.close();
      rmSync(files, { recursive: true });
    }
  });

  it('logs lines of JSON, without a secret in them', () => {
    const printed = workers.map(({ output }) => output).join('');
    for (const secret of [settings['TIKTOK_ACCESS_TOKEN'], settings['TIKTOK_APP_SECRET'], settings['SECRETS_KEY'], API_KEY])
      expect(printed).not.toContain(secret);
    expect(printed).not.toContain(decodeURIComponent(new URL(database.url).password));
    const lines = first.output.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
  });
});

describe('a worker that is told too little or nonsense', () => {
  it('names every setting that is missing, and exits 2', async () => {
    const worker = await WorkerProcess.start({ KOBI_DEV_ENV: 'off' });
    expect(await worker.ended).toBe(2);
    for (const name of NEEDED) expect(worker.output).toContain(`${name}: is not set`);
    expect(worker.output).toContain('docs/operations.md');
  });

  it('names every setting that is wrong, shows none of their values, and exits 2', async () => {
    const wrong = {
      SECRETS_KEY: 'canary-key',
      KOBI_CODEC_KEYS: 'k1:canary-codec-key',
      DATABASE_URL: 'mysql://kobi:canary-password@127.0.0.1/kobi',
      KOBI_GRACE_SECONDS: 'canary-seconds',
    };
    const worker = await WorkerProcess.start({ ...settings, ...wrong });
    expect(await worker.ended).toBe(2);
    for (const name of Object.keys(wrong)) expect(worker.output).toMatch(new RegExp(`^  ${name}: `, 'm'));
    expect(worker.output).not.toContain('canary');
  });

  it('tells a refused password without showing it, and exits 1', async () => {
    const address = new URL(database.url);
    address.password = 'canary-password';
    const worker = await WorkerProcess.start({ ...settings, DATABASE_URL: address.href });
    expect(await worker.ended).toBe(1);
    expect(worker.output).toContain('password authentication failed');
    expect(worker.output).not.toContain('canary');
  });
});
