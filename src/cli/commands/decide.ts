import type { CommandLine } from '../command-line.js';
import { decisionArguments, type DecisionOptions, decisionOf } from '../decision-options.js';
import { actorOption } from '../command-line.js';
import { EXIT } from '../exit.js';
import { renderDifferences } from '../render/differences.js';
import { clean, cleanDeep } from '../render/text.js';
import { withReadableInstants } from '../render/time.js';

/** `kobi decide`: one decision, recorded whatever becomes of it. */
export function registerDecide(cli: CommandLine): void {
  const command = cli.engineCommand(cli.program, 'decide', 'decide a gate; answers with the row of the ledger, or why it was refused');
  decisionArguments(command, actorOption()).action((slug: string, gateText: string, verdictText: string, options: DecisionOptions) =>
    cli.run(options, async ({ session }) => {
      const engine = await session.engine();
      const asked = await decisionOf(engine, slug, gateText, verdictText, options);
      const { answer, changes } = await engine.decide(slug, { ...asked, as: options.as });
      const stale = answer.code === 'stale_revision' || answer.code === 'stale_evidence';
      const exitCode = !answer.accepted ? EXIT.failed : (answer.stillNeeded ?? 0) > 0 ? EXIT.waitingForPeople : EXIT.done;
      return {
        json: stale ? { ...answer, changes: cleanDeep(changes) } : answer,
        lines: [
          `${answer.accepted ? '' : `refused (${answer.code}): `}${withReadableInstants(clean(answer.message))}`,
          ...renderDifferences(changes),
          `decision id ${answer.decisionId}`,
        ],
        exitCode,
      };
    }),
  );
}
