import { STEP_IDS, type StepState } from '../../src/contract/checklist.js';
import type { OnboardingStatus, StepStatus } from '../../src/contract/status.js';
import { counted } from '../../src/domain/counted.js';

/** One word per state, short enough for three columns. */
const WORD: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: 'running …',
  waiting_on: 'waits for',
  parked: 'PARKED',
  done: 'done',
  skipped: 'skipped',
  undone: 'undone',
};

function cell(step: StepStatus | undefined): string {
  if (!step) return '';
  if (step.state === 'waiting_on') return `${WORD.waiting_on} ${step.ball ?? '?'}`;
  return step.failure ? `${WORD[step.state]} ${step.failure.code}` : WORD[step.state];
}

/** The checklists side by side: a line per step, a column per tenant, cut to the terminal's width. */
export function boardLines(statuses: readonly OnboardingStatus[], columns: number): string[] {
  if (statuses.length === 0) return [];
  const first = Math.max(...STEP_IDS.map((id) => id.length)) + 2;
  const width = Math.max(14, Math.floor((columns - first - 1) / statuses.length));
  const row = (head: string, cells: readonly string[]): string =>
    `${head.padEnd(first)}${cells.map((text) => text.slice(0, width - 1).padEnd(width)).join('')}`.trimEnd().slice(0, columns - 1);
  return [
    '',
    row(
      '',
      statuses.map((status) => status.slug),
    ),
    row(
      '',
      statuses.map((status) => status.state),
    ),
    ...STEP_IDS.map((id) =>
      row(
        id,
        statuses.map((status) => cell(status.steps.find((step) => step.id === id))),
      ),
    ),
    ...statuses.flatMap((status) =>
      status.gates
        .filter((gate) => gate.state === 'open')
        .map((gate) =>
          `gate ${gate.id} of ${status.slug} is open: ${gate.decisions.length} of ${counted(gate.needed, 'decision')}`.slice(
            0,
            columns - 1,
          ),
        ),
    ),
  ];
}
