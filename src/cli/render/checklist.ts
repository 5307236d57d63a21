import { FAILURES } from '../../contract/failures.js';
import { type OnboardingStateName, STEP_OF_GATE, type StepState } from '../../contract/checklist.js';
import type { OnboardingStatus, StepStatus } from '../../contract/status.js';
import { gateSummary } from './gates.js';
import { table } from './table.js';
import { clean, type Paint, type Tone } from './text.js';
import { instant, relative } from './time.js';

const TONE: Readonly<Record<StepState, Tone>> = {
  waiting: 'calm',
  running: 'strong',
  waiting_on: 'warn',
  parked: 'bad',
  done: 'good',
  skipped: 'calm',
  undone: 'calm',
};

/** How a state of an onboarding is painted. */
export function stateTone(state: OnboardingStateName): Tone {
  if (state === 'live') return 'good';
  if (state === 'parked') return 'bad';
  return state === 'waiting' || state === 'paused' ? 'warn' : 'strong';
}

/** The state in words, with whoever has the ball. */
export function stepState(step: StepStatus): string {
  return step.ball && step.state === 'waiting_on' ? `waiting on ${step.ball}` : step.state.replace('_', ' ');
}

const MARK: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: '▸',
  waiting_on: '…',
  parked: '✖',
  done: '✔',
  skipped: '–',
  undone: '↩',
};

/** A step as one line of a list that is looked at while it changes. */
export function stepLine(step: StepStatus, paint: Paint): string {
  return `${paint(TONE[step.state], `${MARK[step.state]} ${step.id}`)}: ${stepState(step)}`;
}

/** What a step says of itself in one line, and the command for whoever must act. */
export function stepWords({ id, failure, note }: StepStatus, { slug, gates }: OnboardingStatus): string {
  if (failure) return clean(`${failure.code}: ${failure.message} · mend: ${failure.mend}`);
  const open = gates.find((gate) => gate.state === 'open' && STEP_OF_GATE[gate.id] === id);
  return open ? `${clean(note)} · look: kobi gate ${slug} ${open.id}` : clean(note);
}

/** What a step tells beyond its state: until when, what failed, and the command that mends it. */
function particulars(step: StepStatus, now: Date, paint: Paint): string[] {
  const ids = Object.entries(step.remoteIds).map(([name, id]) => `${clean(name)} ${clean(id)}`);
  return [
    ...(step.note === '' || step.failure ? [] : [clean(step.note)]),
    ...(step.state === 'waiting_on' && step.expectedBy ? [`expected by ${instant(step.expectedBy, now)}`] : []),
    ...(step.expects ? [`${clean(step.expects.what)}: by ${instant(step.expects.by, now)}`] : []),
    ...(step.failure
      ? [
          `${paint('bad', step.failure.code)}: ${clean(step.failure.message)}${step.failure.requestId ? ` (TikTok's request ${clean(step.failure.requestId)})` : ''}`,
          FAILURES[step.failure.code].sentence,
          `mend: ${paint('strong', clean(step.failure.mend))}`,
        ]
      : []),
    ...(ids.length > 0 ? [paint('calm', ids.join(' · '))] : []),
  ];
}

/** One onboarding for people: every step, its state, who has the ball, since when, and what to do next. */
export function renderChecklist(status: OnboardingStatus, now: Date, paint: Paint): string[] {
  const settled = status.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
  const rows = table(
    ['step', 'state', 'since', 'tries'],
    status.steps.map((step) => [
      step.id,
      paint(TONE[step.state], stepState(step)),
      relative(step.since, now),
      step.attempts === 0 ? '' : String(step.attempts),
    ]),
  );
  const [head = '', ...lines] = rows;
  return [
    `${paint('strong', clean(status.legalName))} (${status.slug}, ${status.mode}) is ${paint(stateTone(status.state), status.state)}: ${settled} of ${status.steps.length} steps settled`,
    `started by ${clean(status.startedBy)}, ${instant(status.startedAt, now)}`,
    '',
    paint('calm', head),
    ...status.steps.flatMap((step, index) => [lines[index] ?? '', ...particulars(step, now, paint).map((line) => `    ${line}`)]),
    ...(status.gates.length > 0 ? ['', ...status.gates.flatMap((gate) => gateSummary(status.slug, gate, now, paint))] : []),
    ...(status.leftBehind.length > 0 ? ['', 'left behind at TikTok:', ...status.leftBehind.map((line) => `  - ${clean(line)}`)] : []),
  ];
}

/** One line per step that changed between two looks, for logs and pipes. */
export function renderChanges(before: OnboardingStatus | undefined, after: OnboardingStatus, now: Date): string[] {
  const stamp = now.toISOString();
  const known = new Map(before?.steps.map((step) => [step.id, `${step.state} ${step.ball} ${step.note}`]));
  const steps = after.steps.filter(
    (step) => known.get(step.id) !== `${step.state} ${step.ball} ${step.note}` && (before || step.state !== 'waiting'),
  );
  return [
    ...steps.map((step) => `${stamp} ${after.slug} ${step.id}: ${stepState(step)} · ${stepWords(step, after)}`),
    ...(before?.state === after.state ? [] : [`${stamp} ${after.slug} is ${after.state}`]),
  ];
}
