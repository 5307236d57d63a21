import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { developmentFolder } from '../src/config/environment-file.js';
import { onboardingWorkflowId } from '../src/contract/ids.js';
import type { Tenant } from '../src/contract/tenant.js';
import { openSession, type Session } from '../src/cli/session.js';
import { shellWord } from '../src/cli/shell-word.js';
import { createSecretStore } from '../src/store/secrets.js';
import { clientSide } from './demo/client-side.js';
import { Director } from './demo/director.js';
import { createScreen, type Screen } from './demo/screen.js';
import { OPS, REJECTED, SHOP, TENANT_FILES } from './demo/script.js';
import { playShopDay } from './demo/shop-day.js';
import { decisionsOf } from './demo/decisions.js';
import { type Finished, summaryLines } from './demo/summary.js';
import { beginAnew, claimState, markAsDemo } from './stack/kept-state.js';
import { type Stack, startStack } from './stack/stack.js';
import { listenForStop, Stopped } from './stack/stop-signals.js';
import { tenantOfExample } from './tenant-of-example.js';

const { state: FOLDER } = developmentFolder(process.env, process.cwd());
const GIVE_UP_AFTER_MS = 10 * 60_000;

async function startAll(
  session: Session,
  tenants: readonly Tenant[],
  codes: readonly { ref: string; code: string }[],
  screen: Screen,
): Promise<void> {
  const secrets = createSecretStore(session.database(), session.config().secretsKey);
  for (const { ref, code } of codes) await secrets.put(ref, code);
  const onboardings = await session.onboardings();
  const answers = await Promise.all(tenants.map((tenant) => onboardings.start(tenant, OPS)));
  for (const answer of answers) screen.say(`start     ${answer.slug}: ${answer.message}`);
}

/** Looks every half second, lets everybody who has the ball act, and ends when all are live. */
async function untilLive(
  session: Session,
  director: Director,
  tenants: readonly Tenant[],
  screen: Screen,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const onboardings = await session.onboardings();
  const begun = Date.now();
  const liveAfter = new Map<string, number>();
  while (liveAfter.size < tenants.length) {
    signal.throwIfAborted();
    if (Date.now() - begun > GIVE_UP_AFTER_MS) throw new Error('the demo did not come to its end within ten minutes');
    const statuses = await Promise.all(tenants.map(async ({ slug }) => (await onboardings.status(slug)).status));
    screen.show(statuses);
    for (const status of statuses) {
      if (status.state === 'live' && !liveAfter.has(status.slug)) liveAfter.set(status.slug, Date.now() - begun);
      if (status.state !== 'live') await director.act(status);
    }
    await sleep(500);
  }
  return liveAfter;
}

async function play(stack: Stack, screen: Screen, signal: AbortSignal): Promise<void> {
  const session = openSession({ ...process.env, ...stack.env });
  try {
    const read = await Promise.all(TENANT_FILES.map(tenantOfExample));
    const tenants = read.map(({ tenant }) => tenant);
    const { tenant: amended } = await tenantOfExample(REJECTED.amended);
    const client = clientSide(stack.simulatorUrl);
    await startAll(
      session,
      tenants,
      read.flatMap(({ sparkCodes }) => sparkCodes),
      screen,
    );
    const onboardings = await session.onboardings();
    const director = new Director({
      onboardings,
      client,
      screen,
      amended,
      tenants: new Map(tenants.map((tenant) => [tenant.slug, tenant])),
    });
    const liveAfter = await untilLive(session, director, tenants, screen, signal);
    const { client: temporal } = await session.temporal();
    const finished = await Promise.all(
      tenants.map(async ({ slug }): Promise<Finished> => {
        const [{ status }, described, apiCalls, decisions] = await Promise.all([
          onboardings.status(slug),
          temporal.workflow.getHandle(onboardingWorkflowId(slug)).describe(),
          client.callsOf(slug),
          decisionsOf(session.database(), slug),
        ]);
        return { status, decisions, apiCalls, historyEvents: described.historyLength, elapsedMs: liveAfter.get(slug) ?? 0 };
      }),
    );
    screen.finish();
    process.stdout.write(`${summaryLines(finished).join('\n')}\n`);
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    await playShopDay({ stack, db: session.database(), slug: SHOP, folder: FOLDER, say });
  } finally {
    await session.close();
  }
}

/** The command that opens what this demo leaves. */
function dev(): string {
  const folder = process.env.KOBI_DEV_FOLDER;
  return `${folder ? `KOBI_DEV_FOLDER=${shellWord(folder)} ` : ''}npm run dev`;
}

async function main(): Promise<void> {
  const stop = listenForStop();
  const release = claimState(FOLDER);
  try {
    // Every demo begins with an empty TikTok, an empty database and an empty server.
    const aside = beginAnew(FOLDER, new Date());
    if (aside !== null)
      process.stdout.write(`what npm run dev kept is set aside in ${aside}; rename it back to ${FOLDER} to go on with it\n`);
    markAsDemo(FOLDER);
    const sites = (await Promise.all(TENANT_FILES.map(tenantOfExample))).map(({ tenant }) => ({
      slug: tenant.slug,
      host: new URL(tenant.website).host,
      ga4Id: tenant.ga4.measurementId,
    }));
    const stack = await stop.starting((signal) =>
      startStack({
        folder: FOLDER,
        // npm run dev opens the same state.
        durable: true,
        ui: true,
        workers: 1,
        sites,
        simulator: { SIMULATOR_PORT: '0' },
        peopleFile: resolve('examples', 'people.yaml'),
        env: { KOBI_WAITS: JSON.stringify({ poll: { firstMs: 1_000, lastMs: 5_000 } }) },
        onProgress: (line) => process.stdout.write(`${line}\n`),
        signal,
      }),
    );
    try {
      process.stdout.write(
        `Temporal UI: ${stack.uiUrl ?? 'not found; kobi status shows the same'}\nTikTok's side: ${stack.simulatorUrl}\nlogs: ${stack.logs}\n\n`,
      );
      await Promise.race([play(stack, createScreen(), stop.signal), stop.received]);
    } finally {
      await stack.stop();
    }
  } finally {
    release();
  }
  process.stdout.write(
    `\nall three tenants are live. Next: ${dev()} opens this very state (desk, Temporal UI, kobi list) and keeps it up for you to try it\nyourself (README, "A guided walk"). The next npm run demo begins anew.\n`,
  );
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof Stopped) {
    process.stderr.write(`${error.message}; nothing is left running\n`);
    process.exit(error.exitCode);
  }
  process.stderr.write(`the demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
