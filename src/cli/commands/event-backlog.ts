import type { Command } from 'commander';
import { type EventBacklog, tenantBacklog } from '../../store/event-statistics.js';
import { type CommandLine, slugArgument } from '../command-line.js';
import { savedOnboarding } from '../known-onboarding.js';
import { parkedLine } from '../render/event-ledger.js';
import { table } from '../render/table.js';
import type { Paint } from '../render/text.js';
import { instant } from '../render/time.js';

/** What waits, what stops it and what is parked, as lines. */
function backlogLines(slug: string, { waiting, oldestAt, parked, breakers }: EventBacklog, now: Date, paint: Paint): string[] {
  const stopped = breakers.filter(({ state }) => state !== 'closed');
  const open = breakers.filter(({ state }) => state === 'closed').map(({ destination }) => destination);
  const some = waiting.filter(({ count }) => count > 0);
  return [
    oldestAt === null
      ? paint('good', `${slug}: no event waits`)
      : paint('warn', `${slug}: events wait, the oldest since ${instant(oldestAt, now)}`),
    ...(some.length === 0
      ? []
      : table(
          ['came in within', 'events'],
          some.map(({ label, count, orMore }) => [label, `${count.toLocaleString('en')}${orMore ? ' or more' : ''}`]),
        )),
    ...stopped.map(({ destination, state, why, until }) => {
      const next = state === 'half_open' ? 'being tried now' : `tried again ${until === null ? '-' : instant(until, now)}`;
      return paint('bad', `stopped: ${destination}: ${why}; ${next}`);
    }),
    ...(open.length === 0 ? [] : [`nothing stops sending to ${open.join(', ')}`]),
    ...(breakers.length === 0 ? ['the event settings name no destination yet'] : []),
    ...parked.map(({ reason, count, oldestAt: since }) => `${parkedLine(slug, reason, count)} (the oldest since ${instant(since, now)})`),
  ];
}

/** `kobi events backlog`: what of a tenant's events is not at TikTok yet, and why. */
export function registerEventBacklog(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'backlog', 'what waits to be sent and since when, what stops it, and what is parked')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, paint, now }) => {
        const settingsDb = session.database();
        await savedOnboarding(settingsDb, slug);
        const backlog = await tenantBacklog({ db: session.eventsDatabase(), settingsDb }, slug, now);
        return { json: { slug, ...backlog }, lines: backlogLines(slug, backlog, now, paint) };
      }),
    );
}
