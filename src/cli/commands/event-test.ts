import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { EVENT_SOURCES, type EventSource, type EventVerdict } from '../../contract/events.js';
import { judgeEvent } from '../../domain/events/judge.js';
import { prepareMap } from '../../domain/events/prepared-map.js';
import { namesToTest, testEvent } from '../../domain/events/test-event.js';
import { evidenceHash } from '../../domain/evidence.js';
import { takeInVerdicts } from '../../events/intake.js';
import type { Database } from '../../store/database.js';
import { makeEventDays } from '../../store/event-days.js';
import { eventById, type LedgerEvent } from '../../store/event-ledger.js';
import { appendToLedger } from '../../store/ledger.js';
import { asOption, type CommandContext, type CommandLine, slugArgument } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf } from '../operator.js';
import { eventForScripts, eventLine } from '../render/event-ledger.js';
import { clean } from '../render/text.js';
import { settingsInForce } from '../settings-in-force.js';
import { tenantOfOnboarding } from '../tenant-of-onboarding.js';

interface TestOptions {
  readonly json?: boolean;
  readonly source: EventSource;
  readonly code: string;
  readonly name: readonly string[];
  readonly wait: string;
  readonly as: string;
}

const LOOK_MS = 500;
const MOST_SECONDS = 600;

type Sendable = Extract<EventVerdict, { verdict: 'send' }>;

function whyNot(verdict: Exclude<EventVerdict, Sendable>): string {
  return verdict.verdict === 'unmapped' ? verdict.suggestion : `${verdict.sentence} To mend it: ${verdict.mend}`;
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MOST_SECONDS)
    throw badInput(`--wait ${text}: whole seconds from 0 to ${MOST_SECONDS}`);
  return seconds;
}

/** The key events of the tenant file; none for a tenant whose file nobody has any more. */
async function keyEventsOf(session: CommandContext['session'], slug: string): Promise<string[]> {
  const { tenant } = await tenantOfOnboarding(session, slug);
  return tenant.ga4.keyEvents.map(({ name }) => name);
}

/** The events as they are once none of them waits, or the time is over. */
async function settled(db: Database, ids: readonly string[], seconds: number): Promise<LedgerEvent[]> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const events = (await Promise.all(ids.map((id) => eventById(db, id)))).flatMap((event) => event ?? []);
    if (events.every(({ state }) => state !== 'waiting') || Date.now() >= end) return events;
    await delay(LOOK_MS);
  }
}

/** `kobi events test`: a test event for each name, to whatever destination, through the sender like real ones. */
export function registerEventTest(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'test', 'send a test event of each name of a source, and tell what TikTok answered; it counts for nothing')
    .addArgument(slugArgument())
    .addOption(new Option('--source <source>', 'whose pixel, app or event set is tried').choices(EVENT_SOURCES).makeOptionMandatory())
    .addOption(
      new Option('--code <code>', 'the test code that Events Manager shows for that very pixel or event set').makeOptionMandatory(),
    )
    .addOption(
      new Option('--name <name>', 'a name to try; may be given several times. Left out: the key events and the names of the own map')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([]),
    )
    .addOption(new Option('--wait <seconds>', 'how long to wait for the sender').default('30'))
    .addOption(asOption())
    .action((slug: string, options: TestOptions) =>
      cli.run(options, async ({ session, paint, progress, now }) => {
        const { source, code } = options;
        if (!/^[A-Za-z0-9]{4,64}$/.test(code)) throw badInput('--code takes letters and digits, such as TEST12345');
        const seconds = secondsOf(options.wait);
        const db = session.database();
        const eventsDb = session.eventsDatabase();
        await savedOnboarding(db, slug);
        const { settings } = await settingsInForce(db, slug);
        const actor = operatorOf(await session.people(), options.as, slug);
        const prepared = prepareMap({ ...settings, test_event_code: code });
        const names = options.name.length > 0 ? options.name : namesToTest(prepared, source, await keyEventsOf(session, slug));
        const about = { slug, testEventCode: code, website: settings.destinations.web?.website, currency: settings.currency };
        const verdicts = names.map((name) => judgeEvent(prepared, testEvent(source, about, { name, now }), now));
        const refused = verdicts.flatMap((verdict) => (verdict.verdict === 'send' ? [] : [verdict]));
        if (refused.length > 0) {
          const reasons = refused.map((verdict) => `${clean(verdict.name ?? '-')}: ${whyNot(verdict)}`);
          throw badInput(`nothing was sent, for these would be refused before TikTok sees them: ${reasons.join('; ')}`, { reasons });
        }
        await makeEventDays(eventsDb, now, 1);
        const answers = await takeInVerdicts({ db: eventsDb, prepared }, slug, verdicts, now);
        const tried = verdicts.map(({ name, event_id: eventId }) => ({ name, eventId }));
        await appendToLedger(db, {
          slug,
          kind: 'test_events_handed_in',
          key: `test_events_handed_in:${evidenceHash({ source, tried }).slice(0, 32)}`,
          actor,
          payload: { source, mapVersion: prepared.version, tried },
          at: now.toISOString(),
        });
        progress.on('for the sender of events');
        const found = await settled(
          eventsDb,
          answers.map(({ id }) => id),
          seconds,
        );
        const waiting = found.filter(({ state }) => state === 'waiting').length;
        const sent = found.filter(({ state }) => state === 'sent').length;
        return {
          json: { slug, source, events: found.map(eventForScripts) },
          lines: found.map((event) => eventLine(event, paint)),
          notes: [
            ...(waiting === 0 ? [] : [`${waiting} of them still wait: does a sender run? kobi events show ID tells what became of one`]),
            ...(sent === 0 ? [] : ['TikTok took them; Events Manager shows test events beside the code']),
          ],
          exitCode: sent === found.length ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
