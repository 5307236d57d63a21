import { Argument, type Command, Option } from 'commander';
import { createWriteKey, listWriteKeys, revokeWriteKey, type WriteKey } from '../../store/event-write-keys.js';
import { asOption, type CommandLine, slugArgument } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf } from '../operator.js';
import { table } from '../render/table.js';
import { clean } from '../render/text.js';
import { instant } from '../render/time.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 3_660;
const MOST_ORIGINS = 20;

/** An origin as browsers write it; a page's address is taken for the origin that it has. */
function originOf(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw badInput(`--origin ${text}: an origin such as https://shop.example.org`);
  const { origin, protocol, hostname } = new URL(text);
  if (protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    throw badInput(`--origin ${text}: plain http only on loopback; whoever is between could send in the page's name`);
  return origin;
}

function expiryOf(days: string | undefined, now: Date): Date | null {
  if (days === undefined) return null;
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > MOST_DAYS) throw badInput(`--days ${days}: a whole number from 1 to ${MOST_DAYS}`);
  return new Date(now.getTime() + count * DAY_MS);
}

function stateOf({ revokedAt, expiresAt }: WriteKey, now: Date): string {
  if (revokedAt !== null) return `revoked ${instant(revokedAt, now)}`;
  if (expiresAt === null) return 'valid';
  return new Date(expiresAt) > now ? `valid until ${instant(expiresAt, now)}` : `expired ${instant(expiresAt, now)}`;
}

/** `kobi events keys create|list|revoke`: what senders show to hand a tenant's events in. */
export function registerWriteKeys(cli: CommandLine, events: Command): void {
  const keys = events.command('keys').description("write keys, by which senders hand in a tenant's events");
  cli
    .command(keys, 'create', 'make a write key and print it, once; only its hash is kept')
    .addArgument(slugArgument())
    .addOption(new Option('--name <name>', 'who sends with it, such as "shop server"').makeOptionMandatory())
    .addOption(
      new Option('--origin <origin>', 'a page that may use it in a browser; may be given several times. Without it the key is for servers')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([]),
    )
    .addOption(new Option('--days <days>', 'how long it lasts; left out, until it is revoked'))
    .addOption(asOption())
    .action((slug: string, options: { json?: boolean; name: string; origin: readonly string[]; days?: string; as: string }) =>
      cli.run(options, async ({ session, now }) => {
        const name = options.name.trim();
        if (!/^[^\p{Cc}]{1,80}$/u.test(name)) throw badInput('--name: one line of 1 to 80 characters');
        const origins = [...new Set(options.origin.map(originOf))];
        if (origins.length > MOST_ORIGINS) throw badInput(`--origin: at most ${MOST_ORIGINS} of them`);
        const expiresAt = expiryOf(options.days, now);
        const db = session.database();
        await savedOnboarding(db, slug);
        const madeBy = operatorOf(await session.people(), options.as, slug);
        const { id, key } = await createWriteKey(db, slug, { name, origins, madeBy, expiresAt }, now);
        return {
          json: { id, slug, key, name, origins, expiresAt: expiresAt?.toISOString() ?? null },
          lines: [key],
          notes: [
            `${id} of ${slug}, valid until ${expiresAt === null ? 'it is revoked' : expiresAt.toISOString()}, ` +
              `${origins.length === 0 ? 'for servers: it must never stand in a page' : `for pages of ${origins.join(', ')}`}. It is not shown again`,
          ],
        };
      }),
    );
  cli
    .command(keys, 'list', 'every write key of a tenant, without the keys themselves')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, now }) => {
        const db = session.database();
        const all = await listWriteKeys(db, slug);
        if (all.length === 0) await savedOnboarding(db, slug);
        const rows = all.map((key) => [
          key.id,
          clean(key.name),
          key.origins.length === 0 ? 'servers' : key.origins.join(' '),
          stateOf(key, now),
          key.lastUsedAt === null ? 'never' : instant(key.lastUsedAt, now),
          key.madeBy,
        ]);
        return {
          json: all,
          lines: rows.length === 0 ? ['no write key'] : table(['key', 'name', 'for', 'state', 'used', 'made by'], rows),
        };
      }),
    );
  cli
    .command(keys, 'revoke', 'end a write key at once')
    .addArgument(slugArgument())
    .addArgument(new Argument('<key>', 'its id, such as key_1a2b3c4d5e6f (kobi events keys list)'))
    .addOption(asOption())
    .action((slug: string, id: string, options: { json?: boolean; as: string }) =>
      cli.run(options, async ({ session, now }) => {
        const revokedBy = operatorOf(await session.people(), options.as, slug);
        if (id.startsWith('kek_')) throw badInput('that is a key itself; revoke it by its id, which kobi events keys list shows');
        const revoked = await revokeWriteKey(session.database(), slug, id, revokedBy, now);
        return {
          json: { slug, id, revoked },
          lines: [
            revoked
              ? `${id} opens nothing from now on`
              : `${slug} has no such key, or it is revoked already; kobi events keys list ${slug} shows them`,
          ],
          exitCode: revoked ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
