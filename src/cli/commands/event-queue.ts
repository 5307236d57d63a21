import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { unixSeconds } from '../../domain/events/event-time.js';
import { hashedEmail, hashedExternalId, hashedPhone, phoneCountry } from '../../domain/events/identifiers.js';
import type { HashedIdentifier } from '../../domain/events/forgotten.js';
import { forgetPerson } from '../../store/event-privacy.js';
import { replayEvents } from '../../store/event-replay.js';
import { getEventSettings } from '../../store/event-settings.js';
import { counted } from '../../domain/counted.js';
import { asOption, type CommandLine, reasonOption, slugArgument } from '../command-line.js';
import { badInput, failed } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf } from '../operator.js';
import { reasonOf } from '../reason.js';

const DEDUP_HOURS = 48;
/** What is being sent is free again when its sender is done, or its lease is over. */
const LOOKS = 60;
const LOOK_MS = 1_000;

function momentOf(option: string, text: string): Date {
  const seconds = unixSeconds(text);
  if (seconds === undefined) throw badInput(`${option} takes a moment such as 2026-11-21T12:00:00Z, not ${JSON.stringify(text)}`);
  return new Date(seconds * 1_000);
}

interface ReplayOptions {
  readonly json?: boolean;
  readonly from: string;
  readonly to: string;
  readonly sent?: boolean;
  readonly olderThan48h?: boolean;
  readonly as: string;
  readonly reason: string;
}

function registerReplay(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'replay', 'put parked events back into the queue; what was sent is never sent again, unless that is asked for')
    .addArgument(slugArgument())
    .addOption(new Option('--from <instant>', 'events that came in from then on').makeOptionMandatory())
    .addOption(new Option('--to <instant>', 'and before then').makeOptionMandatory())
    .addOption(new Option('--state <state>', 'which of them').choices(['parked']).default('parked'))
    .addOption(new Option('--sent', 'also those that TikTok took; it counts them again'))
    .addOption(new Option('--older-than-48h', 'needed beside --sent: only what was sent longer ago, for TikTok drops the rest'))
    .addOption(asOption())
    .addOption(reasonOption())
    .action((slug: string, options: ReplayOptions) =>
      cli.run(options, async ({ session, now }) => {
        const from = momentOf('--from', options.from);
        const to = momentOf('--to', options.to);
        if (from >= to) throw badInput('--from is not before --to');
        if (options.sent && !options.olderThan48h)
          throw badInput(
            `--sent sends again what TikTok has counted: say --older-than-48h too; within ${DEDUP_HOURS} hours it would be dropped`,
          );
        const reason = reasonOf(options.reason);
        const db = session.database();
        const actor = operatorOf(await session.people(), options.as, slug);
        await savedOnboarding(db, slug);
        const key = `events_replayed:${randomUUID()}`;
        const replayed = await replayEvents(
          { db: session.eventsDatabase(), ledger: db },
          slug,
          { from, to, sentToo: options.sent === true, actor, reason, key },
          now,
        );
        return {
          json: { slug, ...replayed },
          lines: [`${replayed.parked} parked events wait again${options.sent ? `, and ${replayed.sent} that had been sent` : ''}`],
        };
      }),
    );
}

interface ForgetOptions {
  readonly json?: boolean;
  readonly email?: string;
  readonly phone?: string;
  readonly externalId?: string;
  readonly as: string;
}

/** What a person is called by, hashed as in the events. */
function identifiersOf({ email, phone, externalId }: ForgetOptions, country: string | undefined): HashedIdentifier[] {
  const hashed = [
    { option: '--email', field: 'email', given: email, hash: hashedEmail(email), shape: 'a mail address' },
    {
      option: '--phone',
      field: 'phone',
      given: phone,
      hash: hashedPhone(phone, phoneCountry(country)),
      shape: 'a phone number with its country code, such as +4915112345678',
    },
    { option: '--external-id', field: 'external_id', given: externalId, hash: hashedExternalId(externalId), shape: 'an id of a person' },
  ] as const;
  return hashed.flatMap(({ option, field, given, hash, shape }) => {
    if (given === undefined) return [];
    if (hash === undefined) throw badInput(`${option} takes ${shape}, or its SHA-256`);
    return [{ field, hash }];
  });
}

function registerForget(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'forget', 'take what events say about a person from every one of them (privacy request); that they happened stays')
    .addArgument(slugArgument())
    .addOption(new Option('--email <address>', 'mail address, or its SHA-256'))
    .addOption(new Option('--phone <number>', 'phone number, or its SHA-256'))
    .addOption(new Option('--external-id <id>', "the tenant's own id of the person, or its SHA-256"))
    .addOption(asOption())
    .action((slug: string, options: ForgetOptions) =>
      cli.run(options, async ({ session, now }) => {
        const db = session.database();
        const settings = await getEventSettings(db, slug);
        const identifiers = identifiersOf(options, settings?.settings.country);
        if (identifiers.length === 0) throw badInput('name the person: --email, --phone or --external-id');
        const actor = operatorOf(await session.people(), options.as, slug);
        await savedOnboarding(db, slug);
        const total = { events: 0, unsent: 0, files: 0 };
        for (let look = 0; look < LOOKS; look += 1) {
          const key = `person_forgotten:${randomUUID()}`;
          const { busy, files, ...part } = await forgetPerson({ db: session.eventsDatabase(), ledger: db }, slug, {
            identifiers,
            actor,
            key,
            now: new Date(),
          });
          total.events += part.events;
          total.unsent += part.unsent;
          total.files = Math.max(total.files, files);
          if (busy === 0)
            return {
              json: { slug, ...total, at: now.toISOString() },
              lines: [
                `${total.events} events of the person keep only that they happened; ${total.unsent} of them were not sent yet, and will not be`,
                ...(total.files === 0
                  ? []
                  : [`${counted(total.files, 'file')} on the way: what they hold of the person is left out at the import`]),
              ],
            };
          await delay(LOOK_MS);
        }
        throw failed(
          `some events of the person are still being sent (${total.events} others are done); say the same again in five minutes`,
        );
      }),
    );
}

/** `kobi events replay` and `forget`: what an operator does to events, each with who in the tenant's ledger. */
export function registerEventQueue(cli: CommandLine, events: Command): void {
  registerReplay(cli, events);
  registerForget(cli, events);
}
