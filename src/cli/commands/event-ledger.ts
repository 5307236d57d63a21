import { setTimeout as delay } from 'node:timers/promises';
import { Argument, type Command, Option } from 'commander';
import type { Database } from '../../store/database.js';
import { attemptsAt } from '../../store/event-attempts.js';
import { readBreakers, stoppingBreakers } from '../../store/event-breakers.js';
import { eventById, eventsByIds, eventsOfSender, type LedgerEvent, newestEvents, parkedEvents } from '../../store/event-ledger.js';
import { type CommandLine, slugArgument } from '../command-line.js';
import { badInput, EXIT, failed } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { eventForScripts, eventLine, eventStory, parkedLine } from '../render/event-ledger.js';

const LOOK_MS = 1_000;
const HOUR_MS = 3_600_000;
/** A transaction that began earlier may commit later: what is this young is looked at again. */
const OVERLAP_MS = 10_000;
const SHOWN_AT_FIRST = 20;
const MOST_OPEN = 10_000;
const MOST_PARKED = 200;

async function asked(db: Database, id: string, tenant: string | undefined): Promise<readonly LedgerEvent[]> {
  if (tenant !== undefined) return eventsOfSender(db, tenant, id);
  if (!/^\d{1,18}$/.test(id))
    throw badInput(`${JSON.stringify(id)} is not an id of ours, which is a number; for the sender's own event id add --tenant SLUG`);
  const event = await eventById(db, id);
  return event ? [event] : [];
}

function registerShow(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'show', 'the story of one event: what came in, what was sent, what TikTok answered and when, or why not')
    .addArgument(new Argument('<id>', "our id, from the answer to its sender; or with --tenant the sender's event_id"))
    .addOption(new Option('--tenant <slug>', "the id is the sender's event_id for this tenant"))
    .action((id: string, options: { json?: boolean; tenant?: string }) =>
      cli.run(options, async ({ session, paint, now }) => {
        const db = session.eventsDatabase();
        const found = await asked(db, id, options.tenant);
        if (found.length === 0)
          throw failed(
            options.tenant === undefined
              ? `no event has the id ${id}; events are kept for KOBI_EVENTS_KEEP_DAYS`
              : `${options.tenant} has no event with the event_id ${JSON.stringify(id)}; kobi events tail ${options.tenant} shows what comes in`,
          );
        const breakers = await readBreakers(db);
        const told = await Promise.all(
          found.map(async (event) => ({
            event,
            attempts: await attemptsAt(db, event.id),
            breakers: stoppingBreakers(breakers, event.eventSourceId),
          })),
        );
        return {
          json: told.map(({ event, attempts }) => ({
            ...eventForScripts(event),
            earlierAttempts: attempts.newest,
            attemptsBefore: attempts.before,
          })),
          lines: told.flatMap(({ event, ...rest }) => eventStory(event, rest, now, paint)),
        };
      }),
    );
}

/** Events as they come in and as they are settled, each change once. */
async function* changes(db: Database, slug: string, now: () => Date): AsyncGenerator<LedgerEvent> {
  const states = new Map<string, string>();
  let since = new Date(now().getTime() - HOUR_MS);
  let limit = SHOWN_AT_FIRST;
  for (;;) {
    const looked = now();
    const open = [...states].flatMap(([id, state]) => (state === 'waiting' ? [id] : []));
    const fresh = await newestEvents(db, slug, { since, limit });
    const settled = await eventsByIds(db, open.slice(-MOST_OPEN), new Date(looked.getTime() - 24 * HOUR_MS));
    for (const event of [...settled, ...fresh]) {
      if (states.get(event.id) === event.state) continue;
      states.set(event.id, event.state);
      yield event;
    }
    // What is settled and too old to be read again need not be remembered.
    for (const [id, state] of states) if (states.size > 2 * MOST_OPEN && state !== 'waiting') states.delete(id);
    since = new Date(looked.getTime() - OVERLAP_MS);
    limit = MOST_OPEN;
    await delay(LOOK_MS);
  }
}

function registerTail(cli: CommandLine, events: Command): void {
  const tail = cli
    .command(events, 'tail', "a tenant's events as they come in and as TikTok takes them; Ctrl-C ends it")
    .addArgument(slugArgument())
    .addOption(new Option('--no-follow', `only the newest ${SHOWN_AT_FIRST} of the last hour`))
    .action((slug: string, options: { json?: boolean; follow: boolean }) =>
      cli.run(options, async ({ session, terminal, paint, json, progress }) => {
        const db = session.eventsDatabase();
        const show = (event: LedgerEvent): void => terminal.out(json ? JSON.stringify(eventForScripts(event)) : eventLine(event, paint));
        const first = await newestEvents(db, slug, { since: new Date(terminal.now().getTime() - HOUR_MS), limit: SHOWN_AT_FIRST });
        if (first.length === 0) await savedOnboarding(session.database(), slug);
        progress.stop();
        if (options.follow) for await (const event of changes(db, slug, () => terminal.now())) show(event);
        else first.forEach(show);
        return EXIT.done;
      }),
    );
  const json = tail.options.find(({ long }) => long === '--json');
  if (json) json.description = 'an event per line, each a JSON object';
}

function registerParked(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'parked', 'events that did not go to TikTok and wait for a person, with the reason of each')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, paint }) => {
        const parked = await parkedEvents(session.eventsDatabase(), slug, MOST_PARKED);
        if (parked.counts.length === 0) await savedOnboarding(session.database(), slug);
        return {
          json: { slug, counts: parked.counts, events: parked.events.map(eventForScripts) },
          lines:
            parked.counts.length === 0
              ? ['nothing is parked']
              : [
                  ...parked.counts.map(({ reason, count }) => parkedLine(slug, reason, count)),
                  '',
                  ...parked.events.map((event) => eventLine(event, paint)),
                  `kobi events show ID tells the story of one`,
                ],
        };
      }),
    );
}

/** `kobi events show`, `tail` and `parked`: the ledger of events. */
export function registerEventLedger(cli: CommandLine, events: Command): void {
  registerShow(cli, events);
  registerTail(cli, events);
  registerParked(cli, events);
}
