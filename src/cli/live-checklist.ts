import { Listr } from 'listr2';
import type { OnboardingStatus } from '../contract/status.js';
import { follow } from './follow.js';
import type { OnboardingClient } from './onboarding-client.js';
import { renderChanges, stepLine, stepWords } from './render/checklist.js';
import { clean, type Paint, painter } from './render/text.js';
import type { Terminal } from './terminal.js';

/** Our own marks stand in the titles: the renderer's would spin beside steps that are done. */
const NO_ICONS = { PENDING: ' ', COMPLETED: ' ', OUTPUT: ' ', OUTPUT_WITH_BOTTOMBAR: ' ' } as const;

type Watcher = (status: OnboardingStatus) => void;

/** One line per step that redraws itself; it ends when `watched` does. */
async function redraw(first: OnboardingStatus, watchers: Set<Watcher>, watched: Promise<OnboardingStatus>, paint: Paint): Promise<void> {
  const tasks = new Listr(
    first.steps.map((step) => ({
      title: stepLine(step, paint),
      task: async (_context: unknown, task: { title: string | undefined; output: string }) => {
        let latest = step;
        let shown = '';
        const show: Watcher = (status) => {
          latest = status.steps.find((each) => each.id === step.id) ?? latest;
          const title = stepLine(latest, paint);
          const words = stepWords(latest, status);
          // Setting either draws everything anew.
          if (title !== task.title) task.title = title;
          if (words !== shown) task.output = shown = words;
        };
        show(first);
        watchers.add(show);
        await watched;
      },
      rendererOptions: { persistentOutput: true },
    })),
    { concurrent: true, rendererOptions: { lazy: true, icon: NO_ICONS } },
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
  await Promise.all([watched, redraw(first, watchers, watched, painter(terminal.color))]);
  return watched;
}
