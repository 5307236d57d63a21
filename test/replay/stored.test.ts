import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { TENANT_FILES } from '../../scripts/demo/script.js';
import { textsOf } from '../../scripts/histories/scrub.js';
import { historyJson } from '../../scripts/histories/history-json.js';
import { SEED } from '../../simulator/seed.js';
import { readHistory } from '../harness/histories.js';
import { replay, type Verdicts } from './replays.js';

const FOLDER = resolve(import.meta.dirname, '..', 'histories');
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => join(FOLDER, name));
let verdicts: Verdicts;

beforeAll(async () => {
  verdicts = await replay(files);
});

it('has a stored history of every example tenant', () => {
  const tenants = TENANT_FILES.map((file) => basename(file, '.yaml'));
  expect(files.map((file) => basename(file, '.json'))).toEqual(expect.arrayContaining(tenants));
});

describe.each(files.map((file) => [basename(file), file] as const))('the stored history %s', (_, file) => {
  it('replays on the code as it is now', () => {
    expect(verdicts.get(file)).toBeNull();
  });

  it('is that of a tenant that went live', async () => {
    const [payload] = (await readHistory(file)).events.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
    expect(JSON.parse(new TextDecoder().decode(payload?.data ?? new Uint8Array()))).toMatchObject({ state: 'live' });
  });

  it('tells no secret and nothing of the machine that it was recorded on', async () => {
    const text = textsOf(historyJson(await readHistory(file))).join('\n');
    expect(text).toContain('example.org');
    const secrets = [SEED.token, SEED.appSecret, ...Object.values(SEED.sparkCodes)];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/127\.0\.0\.1|localhost|(^|[^\w./])\/(work|root|home|tmp|Users|var|private)\/|[A-Z]:\\/m);
  });
});
