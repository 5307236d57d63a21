import { Argument, Option } from 'commander';
import { listReviews, type Review } from '../../store/reviews.js';
import { asOption, type CommandLine, reasonOption, slugArgument } from '../command-line.js';
import { badInput } from '../exit.js';
import { table } from '../render/table.js';
import { clean, type Paint } from '../render/text.js';
import { instant } from '../render/time.js';
import { reviewBrokenGlass } from '../review-broken-glass.js';

function render(reviews: readonly Review[], now: Date, paint: Paint): string[] {
  if (reviews.length === 0) return ['no decision that broke the glass waits for its review'];
  return [
    ...table(
      ['tenant', 'gate', 'decision', 'by', 'why', 'review'],
      reviews.map(({ slug, gate, revision, verdict, decisionId, admin, reason, dueAt, outcome, reviewedBy }) => [
        slug,
        `${gate}, revision ${revision}: ${verdict.replace('_', ' ')}`,
        decisionId,
        clean(admin),
        clean(reason),
        outcome === null
          ? paint(Date.parse(dueAt) < now.getTime() ? 'bad' : 'warn', `due ${instant(dueAt, now)}`)
          : `${outcome} by ${clean(reviewedBy ?? '')}`,
      ]),
    ),
    'review one: kobi review TENANT DECISION confirm|object --as PERSON --reason TEXT',
  ];
}

/** `kobi reviews` and `kobi review`: looking back at decisions for which an admin broke the glass. */
export function registerReviews(cli: CommandLine): void {
  cli
    .command(cli.program, 'reviews', 'decisions for which an admin broke the glass, and until when somebody must look back at them')
    .addArgument(new Argument('[slug]', 'only of this tenant'))
    .addOption(new Option('--all', 'also those that were reviewed'))
    .action((slug: string | undefined, options: { json?: boolean; all?: boolean }) =>
      cli.run(options, async ({ session, now, paint }) => {
        const reviews = await listReviews(session.database(), {
          ...(slug === undefined ? {} : { slugs: [slug] }),
          ...(options.all ? { given: true } : {}),
        });
        return { json: reviews, lines: render(reviews, now, paint) };
      }),
    );
  cli
    .command(cli.program, 'review', 'say of a decision that broke the glass whether it was right; it undoes nothing')
    .addArgument(slugArgument())
    .addArgument(new Argument('<decision>', 'id of the decision, as kobi reviews shows it'))
    .addArgument(new Argument('<outcome>', 'confirm or object'))
    .addOption(asOption())
    .addOption(reasonOption())
    .action((slug: string, decisionId: string, said: string, options: { json?: boolean; as: string; reason: string }) =>
      cli.run(options, async ({ session }) => {
        if (said !== 'confirm' && said !== 'object') throw badInput(`${JSON.stringify(said)} is neither confirm nor object`);
        const seq = await reviewBrokenGlass(session.database(), await session.people(), {
          slug,
          decisionId,
          outcome: said === 'confirm' ? 'confirmed' : 'objected',
          reviewer: options.as,
          remark: options.reason,
        });
        return { json: { ledgerSeq: seq }, lines: [`recorded as row ${seq} of the ledger`] };
      }),
    );
}
