import { Argument, Option } from 'commander';
import type { GateId } from '../../contract/checklist.js';
import { toMinorUnits } from '../../domain/money.js';
import { findPerson } from '../../domain/people.js';
import { asOption, type CommandLine, gateArgument, gateIdOf, slugArgument, verdictOf } from '../command-line.js';
import { changesSince } from '../changes-since.js';
import { badInput, EXIT } from '../exit.js';
import { fundingOf } from '../funding.js';
import type { OnboardingClient } from '../onboarding-client.js';
import { renderDifferences } from '../render/differences.js';
import { clean, cleanDeep } from '../render/text.js';

interface Options {
  readonly json?: boolean;
  readonly as: string;
  readonly reason?: string;
  readonly amount?: string;
  readonly revision?: string;
  readonly evidenceHash?: string;
  readonly decisionId?: string;
}

/** The amount that the person typed, in the minor units of the gate's currency. */
async function amountOf(onboardings: OnboardingClient, slug: string, gate: GateId, typed: string): Promise<number> {
  const funding = fundingOf((await onboardings.evidence(slug, gate)).evidence);
  if (!funding) throw badInput(`the gate ${gate} asks for no amount; leave --amount out`);
  if (!/^\d{1,12}(\.\d{1,3})?$/.test(typed))
    throw badInput(`--amount ${JSON.stringify(typed)} is no amount; write it like 1500.00, in ${funding.currency}`);
  return toMinorUnits(typed, funding.currency);
}

/** A whole number from 1 on. */
function revisionOf(text: string): number {
  const revision = Number(text);
  if (!/^\d{1,6}$/.test(text) || revision < 1) throw badInput(`--revision ${JSON.stringify(text)} is no revision; kobi gate shows it`);
  return revision;
}

/** `kobi decide`: one decision, recorded whatever becomes of it. */
export function registerDecide(cli: CommandLine): void {
  cli
    .command(cli.program, 'decide', 'decide a gate; answers with the row of the ledger, or why it was refused')
    .addArgument(slugArgument())
    .addArgument(gateArgument())
    .addArgument(new Argument('<verdict>', 'approve, reject, request-changes or withdraw'))
    .addOption(asOption())
    .addOption(new Option('--reason <text>', 'why; anything but an approval needs one'))
    .addOption(new Option('--amount <amount>', 'initial_funding: the amount typed again, in the currency, such as 1500.00'))
    .addOption(new Option('--revision <number>', 'the revision that you looked at; the present one when left out'))
    .addOption(new Option('--evidence-hash <hash>', 'the evidence that you looked at; the present one when left out'))
    .addOption(new Option('--decision-id <id>', 'the same id hears the same answer again, as after a lost one'))
    .action((slug: string, gateText: string, verdictText: string, options: Options) =>
      cli.run(options, async ({ session }) => {
        const gate = gateIdOf(gateText);
        const verdict = verdictOf(verdictText);
        const revision = options.revision === undefined ? {} : { revision: revisionOf(options.revision) };
        // One person has one name in the ledger; who is unknown stays as typed, so that the attempt is on record.
        const actor = findPerson(await session.people(), options.as)?.id ?? options.as;
        const onboardings = await session.onboardings();
        const answer = await onboardings.decide(slug, {
          gate,
          verdict,
          actor,
          reason: options.reason ?? '',
          ...revision,
          ...(options.amount === undefined ? {} : { amountMinor: await amountOf(onboardings, slug, gate, options.amount) }),
          ...(options.evidenceHash === undefined ? {} : { evidenceHash: options.evidenceHash }),
          ...(options.decisionId === undefined ? {} : { decisionId: options.decisionId }),
        });
        const stale = answer.code === 'stale_revision' || answer.code === 'stale_evidence';
        const changes = stale
          ? await changesSince(session.database(), slug, await onboardings.evidence(slug, gate), {
              ...revision,
              evidenceHash: options.evidenceHash,
            })
          : [];
        const exitCode = !answer.accepted ? EXIT.failed : (answer.stillNeeded ?? 0) > 0 ? EXIT.waitingForPeople : EXIT.done;
        return {
          json: stale ? { ...answer, changes: cleanDeep(changes) } : answer,
          lines: [
            answer.accepted ? clean(answer.message) : `refused (${answer.code}): ${clean(answer.message)}`,
            ...renderDifferences(changes),
            `decision id ${answer.decisionId}`,
          ],
          exitCode,
        };
      }),
    );
}
