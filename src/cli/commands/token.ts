import { Argument, Option } from 'commander';
import { findPerson, type People } from '../../domain/people.js';
import { createAccessToken, listAccessTokens, revokeAccessTokens } from '../../store/access-tokens.js';
import { type CommandLine } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import { didYouMean } from '../near.js';
import { table } from '../render/table.js';
import { clean } from '../render/text.js';
import { instant } from '../render/time.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

function idOf(people: People, idOrMail: string): string {
  const person = findPerson(people, idOrMail);
  const ids = people.people.map((each) => each.id);
  if (!person) throw badInput(`nobody is called ${JSON.stringify(idOrMail)} in people.yaml${didYouMean(idOrMail, ids)}`);
  if (person.disabled) throw badInput(`${person.id} is disabled in people.yaml; a token would open nothing`);
  return person.id;
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) throw badInput(`--days ${text}: a whole number from 1 to ${MOST_DAYS}`);
  return days;
}

/** `kobi token create|list|revoke`: what people sign in to the desk with; whoever reaches the database may hand them out. */
export function registerToken(cli: CommandLine): void {
  const token = cli.program
    .command('token')
    .description('access tokens with which people sign in to the desk, and kobi login and programs ask it');
  const person = new Argument('<person>', 'id or mail of people.yaml');
  const label = new Option('--label <label>', 'what the person calls it').default('desk');

  cli
    .command(token, 'create', 'make a token and print it, once; only its hash is kept')
    .addArgument(person)
    .addOption(label)
    .addOption(new Option('--days <days>', 'how long it opens the desk').default('90'))
    .action((name: string, options: { json?: boolean; label: string; days: string }) =>
      cli.run(options, async ({ session, now }) => {
        const lastsMs = daysOf(options.days) * DAY_MS;
        const id = idOf(await session.people(), name);
        const made = await createAccessToken(session.database(), { person: id, label: options.label, lastsMs }, now);
        const expiresAt = new Date(now.getTime() + lastsMs).toISOString();
        return {
          json: { person: id, label: options.label, token: made, expiresAt },
          lines: [made],
          notes: [`for ${id}, until ${instant(expiresAt, now)}`],
        };
      }),
    );
  cli
    .command(token, 'list', 'tokens of a person that still open the desk')
    .addArgument(person)
    .action((name: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, now }) => {
        const tokens = await listAccessTokens(session.database(), idOf(await session.people(), name), now);
        const rows = tokens.map((each) => [
          clean(each.label),
          instant(each.createdAt, now),
          instant(each.expiresAt, now),
          each.lastUsedAt === null ? 'never' : instant(each.lastUsedAt, now),
        ]);
        return { json: tokens, lines: rows.length === 0 ? ['no token'] : table(['label', 'made', 'expires', 'used'], rows) };
      }),
    );
  cli
    .command(token, 'revoke', 'end every token of a person with this label at once, and sign their browsers out of the desk')
    .addArgument(new Argument('<person>', 'id of people.yaml, also of somebody who left it'))
    .addOption(label)
    .action((name: string, options: { json?: boolean; label: string }) =>
      cli.run(options, async ({ session, now }) => {
        const revoked = await revokeAccessTokens(session.database(), name, options.label, now);
        return {
          json: { person: name, label: options.label, revoked },
          lines: [revoked === 0 ? `${name} has no token called ${options.label}` : `revoked: ${revoked}`],
          exitCode: revoked === 0 ? EXIT.failed : EXIT.done,
        };
      }),
    );
}
