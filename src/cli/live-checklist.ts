import { Listr } from 'listr2';
import type { OnboardingStatus, StepStatus } from '../contract/status.js';
import { follow } from './follow.js';
import type { OnboardingClient } from './onboarding-client.js';
import { renderChanges, stepState } from './render/checklist.js';
import { clean } from './render/text.js';
import type { Terminal } from './terminal.js';

function lineOf(step: StepStatus): string {
  return `${step.id}: ${stepState(step)}`;
}

function outputOf(step: StepStatus): string {
  return clean(step.failure ? `${step.failure.code}: ${step.failure.message} · mend: ${step.failure.mend}` : step.note);
}

type Watcher = (status: OnboardingStatus) => void;

/** One line per step that redraws itself; it ends when `watched` does. */
async function redraw(first: OnboardingStatus, watchers: Set<Watcher>, watched: Promise<OnboardingStatus>): Promise<void> {
  const tasks = new Listr(
    first.steps.map((step) => ({
      title: lineOf(step),
      task: async (_context: unknown, task: { title: string | undefined; output: string; skip: (why?: string) => void }) => {
        let latest = step;
        const show: Watcher = (status) => {
          latest = status.steps.find((each) => each.id === step.id) ?? latest;
          task.title = lineOf(latest);
          task.output = outputOf(latest);
        };
        show(first);
        watchers.add(show);
        await watched;
        if (latest.state === 'skipped') task.skip(`${latest.id}: skipped, ${clean(latest.note)}`);
        else if (latest.state !== 'done') throw new Error(outputOf(latest) || stepState(latest));
      },
      rendererOptions: { persistentOutput: true },
    })),
    { concurrent: true, exitOnError: false, collectErrors: false },
  );
  await tasks.run();
}

/**
 * Shows an onboarding until `enough`: a checklist that redraws itself where somebody looks on, else a line per change.
 * @returns the status at the end
 */
export async function showLive(
  onboardings: Pick<OnboardingClient, 'status'>,
  slug: string,
  terminal: Terminal,
  enough: (status: OnboardingStatus) => boolean,
): Promise<OnboardingStatus> {
  if (!terminal.live) {
    let before: OnboardingStatus | undefined;
    const told: Watcher = (status) => {
      for (const line of renderChanges(before, status, terminal.now())) terminal.out(line);
      before = status;
    };
    return follow(onboardings, slug, told, enough);
  }
  const { status: first } = await onboardings.status(slug);
  terminal.out(`${clean(first.legalName)} (${slug}, ${first.mode}); Ctrl-C ends the watching, not the onboarding`);
  const watchers = new Set<Watcher>();
  const watched = follow(onboardings, slug, (status) => watchers.forEach((show) => show(status)), enough);
  await Promise.all([watched, redraw(first, watchers, watched)]);
  return watched;
}
