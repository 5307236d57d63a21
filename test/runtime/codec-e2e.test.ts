import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { ONBOARD_TENANT } from '../../src/contract/ids.js';
import { connectTemporal, type TemporalClient } from '../../src/temporal/connection.js';
import { prepareNamespace } from '../../src/temporal/prepare-namespace.js';
import { kobi } from '../cli/kobi.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { useSimulator } from '../simulator/harness.js';
import { builtProject } from './built.js';
import { type PayloadJson, payloadsIn } from './payloads.js';
import { settingsFor, WorkerProcess } from './worker-process.js';

const NAMESPACE = 'codec-e2e';
const TASK_QUEUE = 'codec-e2e';
const TOKEN = 'not-a-real-codec-token';
const UI = 'http://127.0.0.1:8233';
const WORKFLOW_ID = 'onboarding:alpine_school';
/** What the tenant file, TikTok and the approver say, and nobody without a key may read. */
const CONFIDENTIAL = [
  'Alpine School gGmbH',
  'alpine-school.example.org',
  '030 901820',
  'visit our open day',
  'Looks good to me',
  'pixel/list',
];
const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [k1, k2] = [newKey('k1'), newKey('k2')];

const tiktok = useSimulator();
let database: FreshDatabase;
let temporal: TemporalClient;
let plainSettings: Record<string, string>;
let worker: WorkerProcess;
let codec: CodecProcess;
const closing: (() => unknown)[] = [];

interface CodecProcess {
  readonly process: ChildProcess;
  readonly url: string;
}

/** The codec endpoint as production runs it. */
async function startCodec(keys: string): Promise<CodecProcess> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [join(await builtProject(), 'src', 'temporal', 'codec-server.js')], {
    env: { PATH, KOBI_CODEC_KEYS: keys, KOBI_CODEC_TOKEN: TOKEN, KOBI_UI_ORIGIN: UI, KOBI_CODEC_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout }))
    return { process: child, url: z.object({ codec: z.string() }).parse(JSON.parse(line)).codec };
  throw new Error('the codec endpoint ended before it was up');
}

const settingsWith = (keys: string): Record<string, string> => ({ ...plainSettings, KOBI_CODEC_KEYS: keys });

function decode(payloads: readonly PayloadJson[], at: CodecProcess = codec, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${at.url}/decode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
    body: JSON.stringify({ payloads }),
  });
}

/** What the codec endpoint makes of payloads: their data as text. */
async function readable(payloads: readonly PayloadJson[]): Promise<string[]> {
  const response = await decode(payloads);
  const answer = z.object({ payloads: z.array(z.object({ data: z.base64() })) }).parse(await response.json());
  return answer.payloads.map(({ data }) => Buffer.from(data, 'base64').toString('utf8'));
}

async function rawHistory(workflowId: string) {
  const { history } = await temporal.connection.workflowService.getWorkflowExecutionHistory({
    namespace: NAMESPACE,
    execution: { workflowId },
    maximumPageSize: 1_000,
  });
  return history?.events ?? [];
}

async function untilStatus(settings: Record<string, string>, found: (status: z.infer<typeof statusSchema>) => boolean): Promise<void> {
  for (;;) {
    const { stdout } = await kobi(['status', 'alpine_school', '--json'], settings);
    const { data } = statusSchema.safeParse(stdout === '' ? null : JSON.parse(stdout));
    if (data !== undefined && found(data)) return;
    await delay(100);
  }
}
const statusSchema = z.object({
  steps: z.array(z.object({ id: z.string(), state: z.string(), failure: z.looseObject({ message: z.string() }).nullable() })),
  gates: z.array(z.object({ id: z.string(), state: z.string() })),
});

beforeAll(async () => {
  await builtProject();
  database = await freshDatabase();
  closing.push(() => database.close());
  const address = inject('temporalAddress');
  await prepareNamespace({ address, namespace: NAMESPACE, env: {} });
  temporal = await connectTemporal({ address, namespace: NAMESPACE, env: {} });
  closing.push(() => temporal.close());
  plainSettings = {
    ...settingsFor({ simulator: tiktok.apiUrl, databaseUrl: database.url, taskQueue: TASK_QUEUE }),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: NAMESPACE,
  };
  // One step parks with TikTok's words in its failure.
  await tiktok.admin.fault('/pixel/list/', 'code=40001', { times: null });
  worker = await WorkerProcess.start(settingsWith(k1));
  closing.push(() => worker.stop('SIGKILL'));
  codec = await startCodec(`${k2},${k1}`);
  closing.push(() => codec.process.kill('SIGTERM'));
  await kobi(['start', 'examples/tenants/alpine_school.yaml', '--as', 'ops-a@example.org'], settingsWith(k1));
  await untilStatus(
    settingsWith(k1),
    ({ steps, gates }) =>
      steps.some(({ id, state }) => id === 'pixel' && state === 'parked') &&
      gates.some(({ id, state }) => id === 'creative_policy' && state === 'open'),
  );
}, 240_000);
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

it('the codec endpoint names every setting that it lacks', async () => {
  const { PATH = '' } = process.env;
  const script = join(await builtProject(), 'src', 'temporal', 'codec-server.js');
  const { status, stderr } = spawnSync(process.execPath, [script], { env: { PATH, KOBI_CODEC_TOKEN: 'short' }, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain('KOBI_CODEC_KEYS: is not set');
  expect(stderr).toContain('KOBI_CODEC_TOKEN: has fewer than 16 characters');
});

describe('with a codec key', { timeout: 120_000 }, () => {
  it('nothing in the history can be read but what the server must know', async () => {
    const events = await rawHistory(WORKFLOW_ID);
    const payloads = payloadsIn(events);
    expect(payloads.length).toBeGreaterThan(50);
    expect(new Set(payloads.map(({ metadata }) => Buffer.from(metadata['encoding'] ?? '', 'base64').toString()))).toEqual(
      new Set(['binary/encrypted']),
    );
    const bytes = Buffer.from(proto.temporal.api.history.v1.History.encode({ events }).finish()).toString('latin1');
    for (const text of CONFIDENTIAL) expect(bytes).not.toContain(text);

    const failed = events.find((event) => event.activityTaskFailedEventAttributes?.failure);
    expect(failed?.activityTaskFailedEventAttributes?.failure).toMatchObject({ message: 'Encoded failure', stackTrace: '' });
    const [attributes] = await readable(payloadsIn(failed?.activityTaskFailedEventAttributes?.failure?.encodedAttributes));
    expect(attributes).toContain('/pixel/list/');
  });

  it('a run that fails hides its words as well: the prebuilt workflow code encodes them', async () => {
    const handle = await temporal.client.workflow.start(ONBOARD_TENANT, {
      workflowId: 'onboarding:canary',
      taskQueue: TASK_QUEUE,
      args: [{ tenant: { slug: 'canary', legalName: 'Canary School' }, 'canary field': 1 }],
    });
    await handle.result().catch(() => undefined);
    const last = (await rawHistory('onboarding:canary')).at(-1)?.workflowExecutionFailedEventAttributes?.failure;
    expect(last?.message).toBe('Encoded failure');
    const [attributes] = await readable(payloadsIn(last?.encodedAttributes));
    expect(z.object({ message: z.string().min(10) }).parse(JSON.parse(attributes ?? '')).message).not.toBe('');
  });

  it('the codec endpoint reads summary, details and the live checklist to whoever shows the token', async () => {
    const { workflowService } = temporal.connection;
    const execution = { workflowId: WORKFLOW_ID };
    const { executionConfig } = await workflowService.describeWorkflowExecution({ namespace: NAMESPACE, execution });
    const { queryResult } = await workflowService.queryWorkflow({
      namespace: NAMESPACE,
      execution,
      query: { queryType: '__temporal_workflow_metadata' },
    });
    const sealed = [...payloadsIn(executionConfig?.userMetadata), ...payloadsIn(queryResult)];
    expect(sealed.map(({ metadata }) => Buffer.from(metadata['encoding'] ?? '', 'base64').toString())).toEqual(
      Array.from({ length: 3 }, () => 'binary/encrypted'),
    );
    const [summary, details, metadata] = await readable(sealed);
    expect(summary).toBe('"onboarding of alpine_school: managed, private_school"');
    expect(details).toContain('Alpine School gGmbH');
    expect(z.object({ currentDetails: z.string() }).parse(JSON.parse(metadata ?? '')).currentDetails).toContain('creative_policy');

    const [activity] = (await rawHistory(WORKFLOW_ID)).filter((event) => event.activityTaskScheduledEventAttributes && event.userMetadata);
    expect((await readable(payloadsIn(activity?.userMetadata)))[0]).toMatch(/^"[^"]{8,}"$/);
  });

  it('and to nobody else, from no page but the Temporal UI', async () => {
    const sealed = payloadsIn((await rawHistory(WORKFLOW_ID))[0]).slice(0, 1);
    expect((await decode(sealed, codec, { authorization: '' })).status).toBe(401);
    expect((await decode(sealed, codec, { authorization: 'Bearer not-the-codec-token' })).status).toBe(401);
    const origins = await Promise.all(
      [UI, 'http://evil.example'].map(async (origin) =>
        (await decode(sealed, codec, { origin })).headers.get('access-control-allow-origin'),
      ),
    );
    expect(origins).toEqual([UI, null]);
  });

  it('keys rotate under a running onboarding: it goes on with the new one, and the old one still reads', async () => {
    expect(await worker.stop('SIGTERM')).toBe(0);
    const rotated = settingsWith(`${k2},${k1}`);
    worker = await WorkerProcess.start(rotated);
    await kobi(
      ['decide', 'alpine_school', 'creative_policy', 'approve', '--as', 'approver-a@example.org', '--reason', 'Looks good to me'],
      rotated,
    );
    await untilStatus(rotated, ({ steps }) => steps.some(({ id, state }) => id === 'creative_policy' && state === 'done'));
    const payloads = payloadsIn(await rawHistory(WORKFLOW_ID));
    expect([...new Set(payloads.map(({ metadata }) => Buffer.from(metadata['encryption-key-id'] ?? '', 'base64').toString()))]).toEqual([
      'k1',
      'k2',
    ]);
    const texts = (await readable(payloads)).join('\n');
    expect(texts).toContain('Alpine School gGmbH');
    expect(texts).toContain('Looks good to me');

    const forgetful = await startCodec(k2);
    try {
      const answer = await decode(payloads, forgetful);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('codec key \\"k1\\" is not in KOBI_CODEC_KEYS');
    } finally {
      forgetful.process.kill('SIGTERM');
    }
  });
});
