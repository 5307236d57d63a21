import { Option } from 'commander';
import { BALLS, ONBOARDING_STATES } from '../../contract/checklist.js';
import type { OnboardingLine } from '../../store/onboardings.js';
import type { CommandLine, EngineOptions } from '../command-line.js';
import { stateTone } from '../render/checklist.js';
import { table } from '../render/table.js';
import { clean, type Paint } from '../render/text.js';
import { instant } from '../render/time.js';

function render(lines: readonly OnboardingLine[], now: Date, paint: Paint): string[] {
  if (lines.length === 0) return ['no onboarding was started yet: kobi start FILE --as PERSON'];
  return table(
    ['tenant', 'state', 'done', 'ball', 'failures', 'due', 'name'],
    lines.map((line) => [
      line.slug,
      paint(stateTone(line.state), line.state),
      `${line.percent} %`,
      line.balls.join(', ') || '-',
      line.failureCodes.map(clean).join(', ') || '-',
      line.dueAt === null ? '-' : instant(line.dueAt, now),
      clean(line.legalName),
    ]),
  );
}

/** `kobi list`: every onboarding, from PostgreSQL. */
export function registerList(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'list', 'every onboarding with its state, who has the ball, and what is due')
    .addOption(new Option('--state <state...>', 'only these states').choices(ONBOARDING_STATES))
    .addOption(new Option('--ball <who>', 'only where this one must act').choices(BALLS))
    .addOption(new Option('--failure <code>', 'only where a step is parked with this code'))
    .action((options: EngineOptions & { state?: (typeof ONBOARDING_STATES)[number][]; ball?: (typeof BALLS)[number]; failure?: string }) =>
      cli.run(options, async ({ session, now, paint }) => {
        const lines = await (await session.engine()).list({
          ...(options.state ? { states: options.state } : {}),
          ...(options.ball ? { ball: options.ball } : {}),
          ...(options.failure === undefined ? {} : { failureCode: options.failure }),
        });
        return { json: lines, lines: render(lines, now, paint) };
      }),
    );
}
