import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { clientSide, type ClientSide } from '../../../scripts/demo/client-side.js';
import { startStack, type Stack } from '../../../scripts/stack/stack.js';
import { parseCodecKeys } from '../../../src/temporal/codec.js';
import { connectTemporal, type TemporalClient } from '../../../src/temporal/connection.js';
import { freshDatabase, type FreshDatabase } from '../../harness/databases.js';
import { temporalAddress } from '../../harness/temporal.js';
import { kobi as kobiHere, type Ran } from '../kobi.js';
import { compileKobi } from './compiled-kobi.js';

/** Tenants of this room, each made from an example. */
const SLUGS = ['cli_school', 'cli_shop', 'cli_tours', 'cli_queue'] as const;
export type Slug = (typeof SLUGS)[number];

const EXAMPLES = resolve(import.meta.dirname, '..', '..', '..', 'examples');
const TENANTS: Readonly<Record<Slug, string>> = {
  cli_school: 'alpine_school',
  cli_shop: 'peak_gear',
  cli_tours: 'coast_tours',
  cli_queue: 'coast_tours',
};

/** The example's people, and one who runs onboardings and decides about money: four eyes must hold for this one too. */
const OPS_AND_FINANCE = `
  - id: ops-finance-a
    mail: ops-finance-a@example.org
    roles: [ops, finance]
    tenants: '*'
`;

export interface OpsRoom {
  readonly stack: Stack;
  readonly database: FreshDatabase;
  readonly client: ClientSide;
  /** Reads what is encrypted. */
  readonly temporal: TemporalClient;
  /** One command as a process; `settings` replace the room's. What it tells while it waits is apart, because that depends on the machine. */
  kobi(words: readonly string[], settings?: Readonly<Record<string, string>>): Promise<Ran & { readonly waited: readonly string[] }>;
  /**
   * The same program within this process, because a process takes most of a second to start; with `--json`, which must be one document on
   * standard output whatever the exit code.
   */
  json(
    words: readonly string[],
    settings?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number | null; readonly answer: unknown }>;
  /** A tenant file, with replacements in its text. */
  file(slug: Slug, changes?: Readonly<Record<string, string>>, name?: string): Promise<string>;
  close(): Promise<void>;
}

async function textOf(slug: Slug): Promise<string> {
  const example = TENANTS[slug];
  const text = await readFile(join(EXAMPLES, 'tenants', `${example}.yaml`), 'utf8');
  return text
    .replaceAll(new RegExp(`${example}(?!_)`, 'g'), slug)
    .replaceAll(`${example.replaceAll('_', '-')}.example.org`, `${slug.replaceAll('_', '-')}.example.org`)
    .replaceAll('../assets', join(EXAMPLES, 'assets'));
}

/** Everything that ops has around them: a worker, the simulator, a database and the tenants' sites, on the run's Temporal server, with payloads encrypted. */
export async function openOpsRoom(): Promise<OpsRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'kobi-ops-room-'));
  const codecKeys = `test:${randomBytes(32).toString('base64')}`;
  const peopleFile = join(folder, 'people.yaml');
  await writeFile(peopleFile, (await readFile(join(EXAMPLES, 'people.yaml'), 'utf8')) + OPS_AND_FINANCE.slice(1));
  const [database, compiled] = await Promise.all([freshDatabase(), compileKobi()]);
  const stack = await startStack({
    folder,
    durable: false,
    ui: false,
    workers: 1,
    sites: await Promise.all(
      SLUGS.map(async (slug) => ({
        slug,
        host: `${slug.replaceAll('_', '-')}.example.org`,
        ga4Id: /measurement_id: (\S+)/.exec(await textOf(slug))?.[1] ?? '',
      })),
    ),
    peopleFile,
    temporalAddress: temporalAddress(),
    env: {
      DATABASE_URL: database.url,
      KOBI_TASK_QUEUE: `cli-${randomBytes(6).toString('hex')}`,
      KOBI_CODEC_KEYS: codecKeys,
      KOBI_WAITS: JSON.stringify({ poll: { firstMs: 250, lastMs: 1_000 } }),
    },
    onProgress: () => undefined,
  });
  const temporal = await connectTemporal({ address: temporalAddress(), env: {}, codecKeys: parseCodecKeys(codecKeys) });
  const kobi: OpsRoom['kobi'] = async (words, settings = {}) => {
    const ran = await compiled.run(words, { ...stack.env, ...settings });
    const lines = ran.stderr.split('\n');
    const waited = lines.filter((line) => line.startsWith('… waiting'));
    return { ...ran, stderr: lines.filter((line) => !waited.includes(line)).join('\n'), waited };
  };
  return {
    stack,
    database,
    client: clientSide(stack.simulatorUrl),
    temporal,
    kobi,
    async json(words, settings) {
      const ran = await kobiHere([...words, '--json'], { KOBI_DEV_ENV: 'off', ...stack.env, ...settings });
      return { code: ran.code, answer: JSON.parse(ran.stdout) };
    },
    async file(slug, changes = {}, name = slug) {
      const path = join(folder, `${name}.yaml`);
      let text = await textOf(slug);
      for (const [before, after] of Object.entries(changes)) {
        if (!text.includes(before)) throw new Error(`${TENANTS[slug]} holds no ${before}`);
        text = text.replaceAll(before, after);
      }
      await writeFile(path, text);
      return path;
    },
    async close() {
      await temporal.close();
      await stack.stop();
      await Promise.all([database.close(), compiled.remove(), rm(folder, { recursive: true, force: true })]);
    },
  };
}
