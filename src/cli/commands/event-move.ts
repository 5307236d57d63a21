import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { EVENT_SOURCES } from '../../contract/events.js';
import { prepareMap } from '../../domain/events/prepared-map.js';
import { moveEvents } from '../../store/event-move.js';
import { asOption, type CommandLine, reasonOption, slugArgument } from '../command-line.js';
import { EXIT } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf } from '../operator.js';
import { reasonOf } from '../reason.js';
import { settingsInForce } from '../settings-in-force.js';

interface MoveOptions {
  readonly json?: boolean;
  readonly as: string;
  readonly reason: string;
}

/** `kobi events move`: what waits for a destination that the settings named wrongly goes to the one that they name now. */
export function registerEventMove(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'move', 'let events that wait for a former pixel, app or event set go to the one that the event settings name now')
    .addArgument(slugArgument())
    .addOption(asOption())
    .addOption(reasonOption())
    .action((slug: string, options: MoveOptions) =>
      cli.run(options, async ({ session, now }) => {
        const reason = reasonOf(options.reason);
        const db = session.database();
        const actor = operatorOf(await session.people(), options.as, slug);
        await savedOnboarding(db, slug);
        const saved = await settingsInForce(db, slug);
        const { destination } = prepareMap(saved.settings);
        const destinations = EVENT_SOURCES.flatMap((source) => {
          const named = destination(source);
          return named === undefined ? [] : [{ event_source: named.event_source, event_source_id: named.event_source_id }];
        });
        const key = `events_moved:${randomUUID()}`;
        const moved = await moveEvents({ db: session.eventsDatabase(), ledger: db }, slug, { destinations, actor, reason, key, now });
        const lines = [`${moved.moved} waiting events go to the destinations of version ${saved.version} of the settings`];
        if (moved.known > 0) lines.push(`${moved.known} others are known there already, and were dropped`);
        if (moved.busy > 0) lines.push(`${moved.busy} others are being sent to where they were; say the same again in five minutes`);
        return { json: { slug, version: saved.version, ...moved }, lines, exitCode: moved.busy > 0 ? EXIT.failed : EXIT.done };
      }),
    );
}
