/**
 * Records the histories in test/histories anew: the example tenants go live on real processes, decided as in the demo, and what Temporal
 * kept of them is stored without traces of this machine. For a change of the workflow that is meant to break them; after the first
 * release none may, and a new history is added beside the old ones instead.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSession } from '../src/cli/session.js';
import { onboardingWorkflowId } from '../src/contract/ids.js';
import { tenantSchema } from '../src/contract/tenant.js';
import { clientSide } from './demo/client-side.js';
import { Director } from './demo/director.js';
import { OPS, REJECTED, TENANT_FILES } from './demo/script.js';
import { historyJson, historyText } from './histories/history-json.js';
import { machineStandIns, scrub } from './histories/scrub.js';
import { type Stack, startStack } from './stack/stack.js';
import { tenantOfExample } from './tenant-of-example.js';

const ROOT = resolve('.');
const FOLDER = resolve('.kobi', 'histories');
const STORED = resolve('test', 'histories');
/** `npx tsx scripts/record-histories.ts .signed` stores them beside the others, as `peak_gear.signed.json`. */
const SUFFIX = process.argv[2] ?? '';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Paths as seen from the sources, where the workers run: the evidence and its hash are then the same on every machine. */
async function portableTenant(path: string) {
  const { tenant, sparkCodes } = await tenantOfExample(path);
  return { sparkCodes, tenant: tenantSchema().parse(JSON.parse(JSON.stringify(tenant).replaceAll(`${ROOT}${sep}`, ''))) };
}

async function record(stack: Stack): Promise<void> {
  const session = openSession({ ...process.env, ...stack.env });
  try {
    const onboardings = await session.onboardings();
    const { client } = await session.temporal();
    const read = await Promise.all(TENANT_FILES.map(portableTenant));
    const director = new Director({
      onboardings,
      client: clientSide(stack.simulatorUrl),
      screen: { show: () => undefined, say, finish: () => undefined },
      amended: (await portableTenant(REJECTED.amended)).tenant,
      tenants: new Map(read.map(({ tenant }) => [tenant.slug, tenant])),
    });
    const standIns = { ...machineStandIns(ROOT), [stack.simulatorUrl]: 'https://tiktok.example' };
    for (const { tenant, sparkCodes } of read) {
      await onboardings.start(tenant, OPS, sparkCodes);
      for (;;) {
        const { status } = await onboardings.status(tenant.slug);
        if (status.state === 'live') break;
        await director.act(status);
        await sleep(100);
      }
      const handle = client.workflow.getHandle(onboardingWorkflowId(tenant.slug));
      await handle.result();
      const history = await handle.fetchHistory();
      writeFileSync(join(STORED, `${tenant.slug}${SUFFIX}.json`), historyText(scrub(historyJson(history), standIns)));
      say(`recorded  ${tenant.slug}: ${history.events?.length ?? 0} events`);
    }
  } finally {
    await session.close();
  }
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
mkdirSync(STORED, { recursive: true });
const stack = await startStack({
  folder: FOLDER,
  durable: false,
  ui: false,
  workers: 1,
  sites: (await Promise.all(TENANT_FILES.map(tenantOfExample))).map(({ tenant }) => ({
    slug: tenant.slug,
    host: new URL(tenant.website).host,
    ga4Id: tenant.ga4.measurementId,
  })),
  peopleFile: resolve('examples', 'people.yaml'),
  env: { KOBI_WAITS: JSON.stringify({ poll: { firstMs: 1_000, lastMs: 5_000 } }) },
  onProgress: say,
});
try {
  await record(stack);
} finally {
  await stack.stop();
}
process.exit(0);
