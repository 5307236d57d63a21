/** `npm run bench [-- engine|rate-limit|paused|desk|events] [--quick] [--json]`: what the engine costs, measured beside a bare Temporal workflow. */
import { Command, Option } from 'commander';
import { measureDesk } from './desk.js';
import { measureEvents } from './events/measure.js';
import { machine } from './machine.js';
import { measurePairs } from './pairs.js';
import { measurePaused } from './paused.js';
import { measureRateLimit } from './rate-limit.js';
import { eventsReport } from './events/report.js';
import { deskReport, pairsReport, pausedReport, rateLimitReport } from './report.js';
import { type Store, STORES } from './stack.js';

interface Flags {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly store?: Store;
  readonly count?: string;
  readonly apart?: boolean;
  readonly pairs?: string;
}

const NAMES = ['engine', 'rate-limit', 'paused', 'desk', 'events'] as const;
type Name = (typeof NAMES)[number];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function run(
  name: Name,
  { quick = false, store, count, apart = false, pairs }: Flags,
): Promise<{ result: object; report: string[] }[]> {
  switch (name) {
    case 'engine': {
      const done = [];
      for (const each of store === undefined ? STORES : [store]) {
        const result = await measurePairs({
          store: each,
          pairs: Number(pairs ?? (quick ? 1 : 3)),
          count: Number(count ?? (quick ? 10 : 150)),
          inFlight: quick ? 5 : 50,
          warmUp: quick ? 2 : 10,
          onProgress: say,
        });
        done.push({ result, report: pairsReport(result) });
      }
      return done;
    }
    case 'rate-limit': {
      const result = await measureRateLimit({
        store: store ?? 'sqlite',
        perSecond: 3,
        onboardings: Number(count ?? (quick ? 5 : 50)),
        onProgress: say,
      });
      return [{ result, report: rateLimitReport(result) }];
    }
    case 'paused': {
      const many = Number(count ?? (quick ? 20 : 2_000));
      const result = await measurePaused({
        store: store ?? 'sqlite',
        cache: many / 4,
        few: many / 4,
        many,
        // Far fewer than the cache holds, whatever the numbers: a cache that is too small for what is at work is another matter.
        inFlight: Math.min(50, Math.ceil(many / 40)),
        parts: quick ? 2 : 4,
        onProgress: say,
      });
      return [{ result, report: pausedReport(result) }];
    }
    case 'desk': {
      const onboardings = Number(count ?? (quick ? 200 : 10_000));
      const result = await measureDesk({ onboardings, requests: quick ? 5 : 40, onProgress: say });
      return [{ result, report: deskReport(result) }];
    }
    case 'events': {
      const result = await measureEvents({ events: Number(count ?? (quick ? 5_000 : 1_000_000)), apart, onProgress: say });
      return [{ result, report: eventsReport(result) }];
    }
  }
}

async function main(names: readonly string[], flags: Flags): Promise<void> {
  const chosen = NAMES.filter((name) => names.length === 0 || names.includes(name));
  const unknown = names.filter((name) => !NAMES.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`no benchmark is named ${unknown.join(', ')}; there are ${NAMES.join(', ')}`);
  const begun = { at: new Date().toISOString(), machine: machine(), node: process.version };
  const done = [];
  for (const name of chosen) done.push(...(await run(name, flags)));
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...begun, results: done.map(({ result }) => result) }, null, 2)}\n`);
  else process.stdout.write(`${done.map(({ report }) => report.join('\n')).join('\n\n')}\n`);
}

const program = new Command('bench')
  .argument('[names...]', NAMES.join(', '))
  .option('--quick', 'small numbers, to see that everything works')
  .option('--json', 'everything that was measured, as JSON')
  .addOption(new Option('--store <store>', "where Temporal's state is kept; both unless told").choices(STORES))
  .option('--apart', 'conversion events in a PostgreSQL of their own')
  .option('--count <number>', 'onboardings a round, or events')
  .option('--pairs <number>', 'rounds of each contender')
  .action(async (names: string[], flags: Flags) => main(names, flags));
try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  // Workers that a failed round left behind end with this process; waiting for them would be for ever.
  process.exit(1);
}
