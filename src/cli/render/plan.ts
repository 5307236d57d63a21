import { mendingCommand } from '../../contract/failures.js';
import type { KnownOnboarding, Plan, PlannedAction } from '../plan/plan.js';
import { table } from './table.js';
import { clean, type Paint, type Tone } from './text.js';
import { counted } from '../../domain/counted.js';

const TONE: Readonly<Record<PlannedAction, Tone>> = {
  create: 'good',
  adopt: 'strong',
  change: 'strong',
  ask: 'warn',
  check: 'calm',
  skip: 'calm',
};

/** What a start would mean for a tenant that was started before. */
function known(slug: string, { state, updatedAt }: KnownOnboarding): string {
  const change = `kobi amend ${slug} --file FILE --as PERSON --reason TEXT`;
  if (state === 'live') return `${slug} is live since ${updatedAt}: a start does nothing; ${change} changes it`;
  if (state === 'cancelled') return `${slug} was cancelled at ${updatedAt}: a start adopts what is left`;
  return `${slug} is ${state} now: a start of the same file joins it; ${change} changes it`;
}

/** What would happen, gate by gate and step by step, and what would park it. */
export function renderPlan({ slug, mode, onboarding, live, steps, gates, findings, calls }: Plan, paint: Paint): string[] {
  const source = live ? "against TikTok's state now" : 'without asking TikTok';
  return [
    `plan of ${paint('strong', slug)} (${mode}), ${source}`,
    ...(onboarding === null ? [] : [known(slug, onboarding)]),
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
          paint('bad', `${counted(findings.length, 'finding')} that would park it:`),
          ...findings.flatMap(({ step, code, message }) => [
            `  ${step}: ${code}: ${clean(message)}`,
            `    mend: ${mendingCommand(code, slug, step)}`,
          ]),
        ]),
  ];
}
