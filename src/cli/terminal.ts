/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** A line on standard output: the answer, and nothing else, so that it can be piped. */
  out(line: string): void;
  /** A line on standard error: notes and refusals. */
  err(line: string): void;
  /** Shows a line on standard error that the next one replaces; empty text removes it. Absent where lines cannot be taken back. */
  readonly transient?: (line: string) => void;
  /** Somebody looks on: lists may redraw themselves. */
  readonly live: boolean;
  readonly color: boolean;
  readonly columns: number;
  now(): Date;
}

const ERASE_LINE = '\r\u001B[2K';

/** The process's own terminal; NO_COLOR (no-color.org) and a pipe turn colours off. */
export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const { stdout, stderr } = process;
  const moves = env.CI === undefined && env.TERM !== 'dumb';
  let shown = false;
  const erase = (): void => {
    if (shown) stderr.write(ERASE_LINE);
    shown = false;
  };
  return {
    out: (line) => {
      erase();
      stdout.write(`${line}\n`);
    },
    err: (line) => {
      erase();
      stderr.write(`${line}\n`);
    },
    ...(stderr.isTTY === true && moves
      ? {
          transient: (line: string) => {
            erase();
            if (line !== '') stderr.write(line.slice(0, (stderr.columns || 80) - 1));
            shown = line !== '';
          },
        }
      : {}),
    live: stdout.isTTY === true && moves,
    color: stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    columns: stdout.columns ?? 100,
    now: () => new Date(),
  };
}
