import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { developmentFolder } from '../src/config/environment-file.js';
import { savedViews } from '../src/temporal/saved-views.js';
import { type RunningDesk, startDesk } from './stack/desk.js';
import { type RunningNotifier, startNotifier } from './stack/notifier.js';
import { type Stack, startStack } from './stack/stack.js';
import type { TenantSite } from './stack/tenant-sites.js';
import { tenantOfExample } from './tenant-of-example.js';

const { state: FOLDER, settings: SETTINGS } = developmentFolder(process.env, process.cwd());
const EXAMPLES = join('examples', 'tenants');
/** Whoever runs several must say which one is meant. */
const kobi = `${process.env.KOBI_DEV_FOLDER ? `KOBI_DEV_FOLDER='${process.env.KOBI_DEV_FOLDER}' ` : ''}npm run --silent kobi --`;

async function exampleSites(): Promise<TenantSite[]> {
  const files = readdirSync(EXAMPLES).filter((name) => /^[a-z_]+\.yaml$/.test(name));
  const tenants = await Promise.all(files.map(async (name) => (await tenantOfExample(join(EXAMPLES, name))).tenant));
  return tenants.map(({ slug, website, ga4 }) => ({ slug, host: new URL(website).host, ga4Id: ga4.measurementId }));
}

function greeting(stack: Stack, desk: RunningDesk, notifier: RunningNotifier): string {
  const { uiUrl } = stack;
  const views = uiUrl === null ? [] : savedViews({ uiUrl, namespace: 'default', now: new Date() });
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
    ...views.map((view) => `  ${view.name.padEnd(17)} ${view.url}`),
    `  TikTok's side     ${stack.simulatorUrl}/`,
    `  mails             ${notifier.mails} (each becomes a file there; nothing is sent on)`,
    `  logs              ${stack.logs}`,
    `  worker            process ${stack.workers.map((worker) => worker.process.pid).join(', ')} (kill -9 it: a new one starts, nothing is lost)`,
    '',
    'try, in a second terminal in this folder:',
    `  ${kobi} plan examples/tenants/alpine_school.yaml`,
    `  ${kobi} start examples/tenants/alpine_school.yaml --as ops-a@example.org`,
    `  ${kobi} watch alpine_school`,
    `  ${kobi} gates`,
    `  ${kobi} doctor`,
    '',
    'Ctrl-C stops everything; the next npm run dev goes on where this one ended.',
    '',
  ].join('\n');
}

function writeSettings(stack: Stack): void {
  mkdirSync(dirname(SETTINGS), { recursive: true });
  const lines = Object.entries(stack.env).map(([name, value]) => `${name}='${value}'`);
  writeFileSync(SETTINGS, `${lines.join('\n')}\n`, { mode: 0o600 });
}

async function main(): Promise<void> {
  if (existsSync(SETTINGS))
    process.stdout.write('an earlier npm run dev did not end cleanly, or another one runs; going on with its state\n');
  mkdirSync(FOLDER, { recursive: true });
  const signalled = new Promise<void>((settle) => {
    // For good: a second Ctrl-C, or the one that a wrapper passes on, must not cut the stopping short.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => settle());
  });
  const stack = await startStack({
    folder: FOLDER,
    durable: true,
    ui: true,
    codec: true,
    keepWorkers: true,
    workers: 1,
    sites: await exampleSites(),
    peopleFile: resolve('examples', 'people.yaml'),
    env: { KOBI_WAITS: JSON.stringify({ poll: { firstMs: 2_000, lastMs: 60_000 } }) },
    onProgress: (line) => process.stdout.write(`${line}\n`),
  });
  writeSettings(stack);
  let desk: RunningDesk | undefined;
  let notifier: RunningNotifier | undefined;
  try {
    desk = await startDesk(stack, FOLDER);
    notifier = await startNotifier(stack, FOLDER, desk.url);
    process.stdout.write(greeting(stack, desk, notifier));
    await signalled;
    process.stdout.write('\nstopping; a second Ctrl-C is not needed\n');
  } finally {
    rmSync(SETTINGS, { force: true });
    await notifier?.stop();
    await desk?.child.stop();
    await stack.stop();
  }
  process.stdout.write(`stopped; state is kept in ${FOLDER}\n`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`npm run dev failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
