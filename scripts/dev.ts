import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { developmentFolder } from '../src/config/environment-file.js';
import { shellWord } from '../src/cli/shell-word.js';
import { openDatabase } from '../src/store/database.js';
import { listOnboardings, type OnboardingLine } from '../src/store/onboardings.js';
import { type RunningDesk, startDesk } from './stack/desk.js';
import type { Child } from './stack/child.js';
import { type RunningGateway, startGateway } from './stack/gateway.js';
import { beginAnew, claimState, keepForPeople } from './stack/kept-state.js';
import { type RunningNotifier, startNotifier } from './stack/notifier.js';
import { startSender } from './stack/sender.js';
import { type Stack, startStack } from './stack/stack.js';
import { listenForStop, Stopped } from './stack/stop-signals.js';
import type { TenantSite } from './stack/tenant-sites.js';
import { tenantOfExample } from './tenant-of-example.js';

const { state: FOLDER, settings: SETTINGS } = developmentFolder(process.env, process.cwd());
const EXAMPLES = join('examples', 'tenants');
/** Whoever runs several must say which one is meant. */
const here = process.env.KOBI_DEV_FOLDER ? `KOBI_DEV_FOLDER=${shellWord(process.env.KOBI_DEV_FOLDER)} ` : '';
const kobi = `${here}npm run --silent kobi --`;

async function exampleSites(): Promise<TenantSite[]> {
  const files = readdirSync(EXAMPLES).filter((name) => /^[a-z_]+\.yaml$/.test(name));
  const tenants = await Promise.all(files.map(async (name) => (await tenantOfExample(join(EXAMPLES, name))).tenant));
  return tenants.map(({ slug, website, ga4 }) => ({ slug, host: new URL(website).host, ga4Id: ga4.measurementId }));
}

/** A tenant that was started before this run of `npm run dev`, by a demo perhaps. */
type Kept = Pick<OnboardingLine, 'slug' | 'state'>;

/** What to try first: in an empty state the walk of the README, in a kept one a look at what is there. */
function firstCommands(kept: readonly Kept[]): string[] {
  const [some] = kept;
  if (some === undefined)
    return [
      `  ${kobi} plan examples/tenants/alpine_school.yaml`,
      `  ${kobi} start examples/tenants/alpine_school.yaml --as ops-a@example.org`,
      `  ${kobi} watch alpine_school`,
    ];
  return [`  ${kobi} list`, `  ${kobi} status ${some.slug}`, `  ${kobi} audit export ${some.slug}`];
}

interface Up {
  readonly stack: Stack;
  readonly desk: RunningDesk;
  readonly notifier: RunningNotifier;
  readonly gateway: RunningGateway;
}

function greeting({ stack, desk, notifier, gateway }: Up, kept: readonly Kept[]): string {
  const { uiUrl } = stack;
  return [
    '',
    'everything is up',
    `  desk              ${desk.url}; each of these signs a browser in as somebody else:`,
    ...desk.signIns.map(({ person, roles, url }) => `    ${person.padEnd(15)} ${url}  (${roles})`),
    `  Temporal UI       ${uiUrl ?? 'not found on this machine; kobi status shows the same'}`,
    ...(stack.codec === null
      ? []
      : [
          `  codec sign-in     ${stack.codec.signIn}`,
          '                    open it once in the browser that shows the UI, so that it can read what is encrypted',
          '                    (still encrypted? in the UI, Codec Server: "Include cross-origin credentials")',
        ]),
    ...(uiUrl === null ? [] : [`  its saved views   ${kobi} views prints their links, true when they are printed`]),
    `  TikTok's side     ${stack.simulatorUrl}/`,
    `  events come in    ${gateway.url}/v1/events/TENANT (docs/events.md)`,
    `                    with a key of ${kobi} events keys create TENANT --name NAME --as ops-a`,
    `  mails             ${notifier.mails} (each becomes a file there; nothing is sent on)`,
    `  logs              ${stack.logs}`,
    `  worker            process ${stack.workers.map((worker) => worker.process.pid).join(', ')} (kill -9 it: a new one starts, nothing is lost)`,
    '',
    'try, in a second terminal in this folder:',
    ...firstCommands(kept),
    `  ${kobi} gates`,
    `  ${kobi} doctor`,
    '',
    ...(kept.length === 0
      ? []
      : [
          `kept from before: ${kept.map(({ slug, state }) => `${slug} (${state})`).join(', ')}`,
          `the README's walk begins with nothing: ${here}npm run dev -- --new sets this state aside`,
          '',
        ]),
    'Ctrl-C stops everything; the next npm run dev goes on where this one ended.',
    '',
  ].join('\n');
}

function writeSettings(settings: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(SETTINGS), { recursive: true });
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'`);
  writeFileSync(SETTINGS, `${lines.join('\n')}\n`, { mode: 0o600 });
}

async function keptTenants({ databaseUrl }: Stack): Promise<readonly Kept[]> {
  const db = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    return await listOnboardings(db, { limit: 20 });
  } finally {
    await db.destroy();
  }
}

async function main(): Promise<void> {
  const stop = listenForStop();
  const release = claimState(FOLDER);
  try {
    if (process.argv.includes('--new')) {
      const aside = beginAnew(FOLDER, new Date());
      if (aside !== null) process.stdout.write(`the earlier state is set aside in ${aside}\n`);
    }
    mkdirSync(FOLDER, { recursive: true });
    keepForPeople(FOLDER);
    const sites = await exampleSites();
    const stack = await stop.starting((signal) =>
      startStack({
        folder: FOLDER,
        durable: true,
        ui: true,
        codec: true,
        keepWorkers: true,
        workers: 1,
        sites,
        peopleFile: resolve('examples', 'people.yaml'),
        env: { KOBI_WAITS: JSON.stringify({ poll: { firstMs: 2_000, lastMs: 60_000 } }) },
        onProgress: (line) => process.stdout.write(`${line}\n`),
        signal,
      }),
    );
    let desk: RunningDesk | undefined;
    let notifier: RunningNotifier | undefined;
    let sender: Child | undefined;
    let gateway: RunningGateway | undefined;
    try {
      const kept = await keptTenants(stack);
      desk = await startDesk(stack, FOLDER);
      // Links that kobi prints lead to this desk and this UI.
      writeSettings({ ...stack.env, KOBI_DESK_ORIGIN: desk.url, ...(stack.uiUrl === null ? {} : { KOBI_TEMPORAL_UI: stack.uiUrl }) });
      notifier = await startNotifier(stack, FOLDER, desk.url);
      sender = await startSender(stack);
      gateway = await startGateway(stack, FOLDER);
      process.stdout.write(greeting({ stack, desk, notifier, gateway }, kept));
      await stop.received;
    } finally {
      if (stop.signal.aborted) process.stdout.write('\nstopping; a second Ctrl-C is not needed\n');
      rmSync(SETTINGS, { force: true });
      await gateway?.child.stop();
      await sender?.stop();
      await notifier?.stop();
      await desk?.child.stop();
      await stack.stop();
    }
  } finally {
    release();
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof Stopped) {
    process.stdout.write(`stopped; state is kept in ${FOLDER}\n`);
    process.exit(0);
  }
  process.stderr.write(`npm run dev failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
