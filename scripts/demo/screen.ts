import type { OnboardingStatus } from '../../src/contract/status.js';
import { renderChanges } from '../../src/cli/render/checklist.js';
import { boardLines } from './board.js';

/** Shows the checklists: redrawn in place on a terminal, one line per change in a pipe. */
export interface Screen {
  show(statuses: readonly OnboardingStatus[]): void;
  /** A line that stays. */
  say(line: string): void;
  /** Leaves the last picture as it is; whatever comes goes below. */
  finish(): void;
}

function livePanel(columns: number): Screen {
  let drawn = 0;
  const erase = (): string => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`);
  let last: readonly OnboardingStatus[] = [];
  const draw = (before = ''): void => {
    const lines = boardLines(last, columns);
    process.stdout.write(`${erase()}${before}${lines.join('\n')}${lines.length > 0 ? '\n' : ''}`);
    drawn = lines.length;
  };
  return {
    show(statuses) {
      last = statuses;
      draw();
    },
    say: (line) => draw(`${line}\n`),
    finish: () => void (drawn = 0),
  };
}

function plainLines(): Screen {
  const shown = new Map<string, OnboardingStatus>();
  return {
    show(statuses) {
      for (const status of statuses) {
        for (const line of renderChanges(shown.get(status.slug), status, new Date())) process.stdout.write(`${line}\n`);
        shown.set(status.slug, status);
      }
    },
    say: (line) => void process.stdout.write(`${line}\n`),
    finish: () => undefined,
  };
}

/** A panel when somebody looks on, plain lines in a pipe or in continuous integration. */
export function createScreen(): Screen {
  const { stdout } = process;
  const live = stdout.isTTY === true && process.env.CI === undefined && process.env.TERM !== 'dumb' && (stdout.rows ?? 0) >= 20;
  return live ? livePanel(stdout.columns ?? 100) : plainLines();
}
