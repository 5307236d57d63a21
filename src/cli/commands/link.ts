import { Argument, Option } from 'commander';
import { CLIENT_LINK_PURPOSES, clientLinkStanding, type ClientLinkPurpose, LINK_DAYS } from '../../domain/client-links.js';
import { listClientLinks, revokeClientLink } from '../../store/client-links.js';
import { handOutLink, linkAddress } from '../client-link.js';
import { asOption, type CommandLine, reasonOption, slugArgument } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import { savedOnboarding } from '../known-onboarding.js';
import { didYouMean } from '../near.js';
import { operatorOf } from '../operator.js';
import { table } from '../render/table.js';
import { clean } from '../render/text.js';
import { instant } from '../render/time.js';

const WORDS = CLIENT_LINK_PURPOSES.map((purpose) => purpose.replaceAll('_', '-'));

function purposeOf(word: string): ClientLinkPurpose {
  const purpose = CLIENT_LINK_PURPOSES.find((each) => each === word.replaceAll('-', '_'));
  if (purpose === undefined)
    throw badInput(`nothing can be asked by the name ${JSON.stringify(word)}${didYouMean(word, WORDS)}; allowed: ${WORDS.join(', ')}`);
  return purpose;
}

interface LinkOptions {
  json?: boolean;
  as?: string;
  days: string;
  why: string;
}

/** `kobi link`: hands the client a link that takes one answer without an account; `kobi link list` and `kobi link revoke`. */
export function registerLink(cli: CommandLine): void {
  const link = cli
    .command(cli.program, 'link', 'make a link by which the client answers one question without an account, and print it, once')
    // Options behind `list` and `revoke` are theirs.
    .enablePositionalOptions()
    .addArgument(slugArgument())
    .addArgument(new Argument('<what>', WORDS.join(', ')))
    .addArgument(new Argument('[item]', 'the post of spark-code, the creative of music-licence, as the tenant file names it'))
    // Not mandatory by itself: what is mandatory here would be so for `list` and `revoke` as well.
    .addOption(asOption().makeOptionMandatory(false))
    .addOption(new Option('--days <days>', `how long it is open, ${LINK_DAYS.least} to ${LINK_DAYS.most}`).default(String(LINK_DAYS.usual)))
    .addOption(new Option('--why <text>', 'what the client is told besides').default(''))
    .action((slug: string, what: string, item: string | undefined, options: LinkOptions) =>
      cli.run(options, async ({ session, now }) => {
        const purpose = purposeOf(what);
        if (options.as === undefined) throw badInput('who asks the client? Add --as PERSON, id or mail of people.yaml');
        const origin = session.deskOrigin();
        const createdBy = operatorOf(await session.people(), options.as, slug);
        const db = session.database();
        await savedOnboarding(db, slug);
        const onboardings = await session.onboardings();
        const request = { slug, purpose, item, why: options.why.trim().slice(0, 500), createdBy, days: Number(options.days) };
        const made = await handOutLink({ db, onboardings }, request, now);
        const { id, expiresAt } = made.link;
        const address = linkAddress(origin, made.token);
        return {
          json: { id, slug, purpose, item: made.link.item, expiresAt, address },
          lines: [address],
          notes: [`link ${id}, until ${instant(expiresAt, now)}; it is not shown again; kobi link revoke ${slug} ${id} takes it back`],
        };
      }),
    );
  cli
    .command(link, 'list', 'the links of a tenant, newest first')
    .addArgument(slugArgument())
    .action((slug: string, options: { json?: boolean }) =>
      cli.run(options, async ({ session, now }) => {
        const db = session.database();
        await savedOnboarding(db, slug);
        const links = (await listClientLinks(db, slug)).map((each) => ({ ...each, standing: clientLinkStanding(each, now) }));
        const rows = links.map(({ id, standing, purpose, item, createdBy, expiresAt }) => [
          id,
          standing,
          purpose.replaceAll('_', '-'),
          clean(item ?? ''),
          createdBy,
          instant(expiresAt, now),
        ]);
        return {
          json: links,
          lines: rows.length === 0 ? ['no link'] : table(['link', 'standing', 'asks for', 'item', 'by', 'expires'], rows),
        };
      }),
    );
  cli
    .command(link, 'revoke', 'take a link back; it opens nothing from then on')
    .addArgument(slugArgument())
    .addArgument(new Argument('<link>', 'its number'))
    .addOption(asOption())
    .addOption(reasonOption())
    .action((slug: string, id: string, options: { json?: boolean; as: string; reason: string }) =>
      cli.run(options, async ({ session, now }) => {
        const actor = operatorOf(await session.people(), options.as, slug);
        const db = session.database();
        await savedOnboarding(db, slug);
        const revoked = await revokeClientLink(db, { slug, id, actor, reason: options.reason }, now);
        return {
          json: { slug, link: id, revoked },
          lines: [revoked ? `link ${id} opens nothing any more` : `${slug} has no link ${clean(id)} that could be taken back`],
          exitCode: revoked ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
