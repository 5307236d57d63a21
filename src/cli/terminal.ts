/** Where a command writes, and what that place can show. */
export interface Terminal {
  /** A line on standard output: the answer, and nothing else, so that it can be piped. */
  out(line: string): void;
  /** A line on standard error: notes and refusals. */
  err(line: string): void;
  /** Somebody looks on: lists may redraw themselves. */
  readonly live: boolean;
  readonly color: boolean;
  readonly columns: number;
  now(): Date;
}

/** The process's own terminal; NO_COLOR (no-color.org) and a pipe turn colours off. */
export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    live: stdout.isTTY === true && env.CI === undefined && env.TERM !== 'dumb',
    color: stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb',
    columns: stdout.columns ?? 100,
    now: () => new Date(),
  };
}
