import { Argument, type Command, Option } from 'commander';
import type { GateId } from '../contract/checklist.js';
import { toMinorUnits } from '../domain/money.js';
import { type EngineOptions, gateArgument, gateIdOf, slugArgument, verdictOf } from './command-line.js';
import type { AskedDecision, Engine } from './engine/engine.js';
import { badInput } from './exit.js';
import { fundingOf } from './funding.js';

/** What a person types to decide, or to have a decision signed. */
export interface DecisionOptions extends EngineOptions {
  /** Id or mail. */
  readonly as?: string;
  readonly reason?: string;
  readonly amount?: string;
  readonly revision?: string;
  readonly evidenceHash?: string;
  readonly decisionId?: string;
  readonly breakGlass?: boolean;
}

/** Arguments and options of a command that is about one decision. */
export function decisionArguments(command: Command, as: Option): Command {
  return command
    .addArgument(slugArgument())
    .addArgument(gateArgument())
    .addArgument(new Argument('<verdict>', 'approve, reject, request-changes or withdraw'))
    .addOption(as)
    .addOption(new Option('--reason <text>', 'why; anything but an approval needs one'))
    .addOption(new Option('--amount <amount>', 'initial_funding: the amount typed again, in the currency, such as 1500.00'))
    .addOption(new Option('--revision <number>', 'the revision that you looked at; the present one when left out'))
    .addOption(new Option('--evidence-hash <hash>', 'the evidence that you looked at; the present one when left out'))
    .addOption(new Option('--decision-id <id>', 'the same id hears the same answer again, as after a lost one'))
    .addOption(new Option('--break-glass', 'decide as an admin without the role of the gate; a review within 24 hours follows'));
}

/** The amount that the person typed, in the minor units of the gate's currency. */
async function amountOf(engine: Pick<Engine, 'gate'>, slug: string, gate: GateId, typed: string): Promise<number> {
  const funding = fundingOf((await engine.gate(slug, gate)).gate.evidence);
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

/**
 * The decision that was typed.
 * @throws CommandFault (bad input) naming the word that is none
 */
export async function decisionOf(
  engine: Pick<Engine, 'gate'>,
  slug: string,
  gateText: string,
  verdictText: string,
  options: DecisionOptions,
): Promise<Omit<AskedDecision, 'as'>> {
  const gate = gateIdOf(gateText);
  const verdict = verdictOf(verdictText);
  const revision = options.revision === undefined ? {} : { revision: revisionOf(options.revision) };
  const reason = options.reason ?? '';
  if (options.breakGlass && reason.trim().length < 3)
    throw badInput('--break-glass needs a --reason: whoever reviews the decision reads it first');
  return {
    gate,
    verdict,
    reason,
    ...revision,
    ...(options.amount === undefined ? {} : { amountMinor: await amountOf(engine, slug, gate, options.amount) }),
    ...(options.evidenceHash === undefined ? {} : { evidenceHash: options.evidenceHash }),
    ...(options.decisionId === undefined ? {} : { decisionId: options.decisionId }),
    ...(options.breakGlass ? { breakGlass: true } : {}),
  };
}
