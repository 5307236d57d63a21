import { findPerson } from '../../domain/people.js';
import { asOption, type CommandLine } from '../command-line.js';
import { decisionArguments, type DecisionOptions, decisionOf } from '../decision-options.js';
import { NO_EVIDENCE } from '../decide-gate.js';
import { localEngine } from '../engine/local-engine.js';
import { instant } from '../render/time.js';

/** `kobi envelope`: a signed decision as JSON, for whoever decides in the Temporal UI; nothing is decided by printing it. */
export function registerEnvelope(cli: CommandLine): void {
  const command = cli.command(cli.program, 'envelope', 'sign a decision and print the JSON to paste as the signal `decide`');
  decisionArguments(command, asOption()).action(
    (slug: string, gateText: string, verdictText: string, options: DecisionOptions & { readonly as: string }) =>
      cli.run(options, async ({ session, now }) => {
        const request = await decisionOf(localEngine(session), slug, gateText, verdictText, options);
        const actor = findPerson(await session.people(), options.as)?.id ?? options.as;
        const { decision, expiresAt } = await (await session.onboardings()).envelope(slug, { ...request, actor });
        return {
          json: decision,
          // The JSON alone on standard output, also without --json: it is copied or piped as it is.
          lines: [JSON.stringify(decision, null, 2)],
          notes: [
            ...(decision.evidenceHash === NO_EVIDENCE ? [`the gate ${decision.gate} was not opened yet: ${slug} will refuse this`] : []),
            expiresAt === null
              ? `${slug} takes decisions without an envelope (APPROVALS=open when it was started)`
              : `Temporal UI: Send a Signal, name decide, this JSON; it counts until ${instant(expiresAt, now)}`,
          ],
        };
      }),
  );
}
