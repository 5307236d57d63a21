import type { Terminal } from './terminal.js';

const FIRST_AFTER_MS = 2_000;
const REDRAW_EVERY_MS = 1_000;
/** Without a terminal: after so many seconds a line each, so that a log shows life and no more. */
const TOLD_AT_S: ReadonlySet<number> = new Set([2, 10, 20, 30, 60, 120, 300, 600]);

/** Tells on standard error what is waited for, as soon as it takes longer than two seconds. */
export interface Progress {
  /** What is waited for from now on, such as `for TikTok`. */
  on(what: string): void;
  /** Nothing more is told: the answer is there, or the command tells of itself. */
  stop(): void;
}

/** Begins to count when it is made. */
export function createProgress(terminal: Pick<Terminal, 'err' | 'transient'>): Progress {
  let waitingFor = '';
  let seconds = FIRST_AFTER_MS / 1_000;
  let every: NodeJS.Timeout | undefined;
  const tell = (): void => {
    const line = `… waiting ${waitingFor === '' ? '' : `${waitingFor} `}(${seconds} s)`;
    if (terminal.transient) terminal.transient(line);
    else if (TOLD_AT_S.has(seconds)) terminal.err(line);
    seconds += 1;
  };
  const first = setTimeout(() => {
    tell();
    every = setInterval(tell, REDRAW_EVERY_MS);
  }, FIRST_AFTER_MS);
  return {
    on: (what) => void (waitingFor = what),
    stop() {
      clearTimeout(first);
      clearInterval(every);
      terminal.transient?.('');
    },
  };
}
