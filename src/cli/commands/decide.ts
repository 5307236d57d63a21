import { changesSince } from '../changes-since.js';
import type { CommandLine } from '../command-line.js';
import { type DecisionOptions, decisionOptions, decisionRequestOf } from '../decision-options.js';
import { EXIT } from '../exit.js';
import { renderDifferences } from '../render/differences.js';
import { clean, cleanDeep } from '../render/text.js';

/** `kobi decide`: one decision, recorded whatever becomes of it. */
export function registerDecide(cli: CommandLine): void {
  decisionOptions(cli.command(cli.program, 'decide', 'decide a gate; answers with the row of the ledger, or why it was refused')).action(
    (slug: string, gateText: string, verdictText: string, options: DecisionOptions) =>
      cli.run(options, async ({ session }) => {
        const request = await decisionRequestOf(session, slug, gateText, verdictText, options);
        const onboardings = await session.onboardings();
        const answer = await onboardings.decide(slug, request);
        const stale = answer.code === 'stale_revision' || answer.code === 'stale_evidence';
        const changes = stale
          ? await changesSince(session.database(), slug, await onboardings.evidence(slug, request.gate), {
              ...(request.revision === undefined ? {} : { revision: request.revision }),
              evidenceHash: request.evidenceHash,
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
