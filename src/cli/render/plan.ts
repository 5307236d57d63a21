import { mendingCommand } from '../../contract/failures.js';
import type { Plan, PlannedAction } from '../plan/plan.js';
import { table } from './table.js';
import { clean, type Paint, type Tone } from './text.js';

const TONE: Readonly<Record<PlannedAction, Tone>> = {
  create: 'good',
  adopt: 'strong',
  change: 'strong',
  ask: 'warn',
  check: 'calm',
  skip: 'calm',
};

/** What would happen, gate by gate and step by step, and what would park it. */
export function renderPlan({ slug, mode, live, steps, gates, findings, calls }: Plan, paint: Paint): string[] {
  const source = live ? "against TikTok's state now" : 'without asking TikTok';
  return [
    `plan of ${paint('strong', slug)} (${mode}), ${source}`,
    '',
    ...table(
      ['step', 'does', 'what'],
      steps.map(({ step, action, what }) => [step, paint(TONE[action], action), clean(what)]),
    ),
    '',
    ...table(
      ['gate', 'opens', 'why', 'decisions', 'may decide'],
      gates.map(({ gate, opens, why, needed, candidates }) => [
        gate,
        paint(opens === 'no' ? 'calm' : 'warn', opens),
        clean(why),
        opens === 'no' ? '-' : String(needed),
        opens === 'no'
          ? '-'
          : candidates === null
            ? 'not known here (people.yaml)'
            : candidates.map(clean).join(', ') || paint('bad', 'nobody (see people.yaml)'),
      ]),
    ),
    '',
    `at least ${calls} calls of TikTok's API`,
    ...(findings.length === 0
      ? []
      : [
          '',
          paint('bad', `${findings.length} finding(s) that would park it:`),
          ...findings.flatMap(({ step, code, message }) => [
            `  ${step}: ${code}: ${clean(message)}`,
            `    mend: ${mendingCommand(code, slug, step)}`,
          ]),
        ]),
  ];
}
