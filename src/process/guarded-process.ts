import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';

export interface GuardedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Everything that the program prints is appended here. */
  readonly logFile: string;
  /** TERM unless told; PostgreSQL shuts down fast on INT. */
  readonly stopSignal?: 'TERM' | 'INT';
  /** Time between the stop signal and KILL, in seconds; 10 unless told. */
  readonly killAfterSeconds?: number;
  /** The user and group to run as, when this process is root. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A program that ends when this process ends, whatever ended it. */
export interface GuardedProcess {
  readonly pid: number;
  /** Settles with the exit code when the program ended. */
  readonly exited: Promise<number>;
  /** False once it ended. */
  running(): boolean;
  /** The last lines of its log, long ones cut. */
  lastLines(count: number): string;
  /** Sends the stop signal, KILL after the time allowed, and waits for the end. */
  stop(): Promise<void>;
}

/**
 * The shell starts the program and holds a pipe to us: when the pipe closes, because we asked or because we died, it stops the
 * program. The pid comes back on descriptor 3.
 */
const GUARD = `
exec 4<&0
"$@" 3>&- 4<&- </dev/null &
child=$!
echo "$child" >&3
exec 3>&-
(cat <&4; kill -s "$KOBI_GUARD_SIGNAL" "$child"; sleep "$KOBI_GUARD_SECONDS"; kill -s KILL "$child") >/dev/null 2>&1 &
guard=$!
exec 4<&-
wait "$child"
code=$?
kill "$guard" 2>/dev/null
exit $code
`;

/**
 * Starts a program in its own process group, so that Ctrl-C in the terminal reaches only us and we stop things in our order.
 * @throws Error when the program cannot be started at all
 */
export async function startGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const { command, args, env = process.env, logFile, stopSignal = 'TERM', killAfterSeconds = 10, user } = options;
  const log = openSync(logFile, 'a');
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], {
    detached: true,
    cwd: '/',
    env: { ...env, KOBI_GUARD_SIGNAL: stopSignal, KOBI_GUARD_SECONDS: String(killAfterSeconds) },
    stdio: ['pipe', log, log, 'pipe'],
    ...user,
  });
  closeSync(log);
  let code: number | null = null;
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => {
      code = status ?? 137;
      child.stdin?.destroy();
      resolve(code);
    });
  });
  // A failed start is told by the first await; later nobody may be listening.
  exited.catch(() => undefined);
  child.stdin?.on('error', () => undefined);
  const pidPipe = child.stdio[3];
  const pid = pidPipe && 'setEncoding' in pidPipe ? Number(await Promise.race([text(pidPipe), exited.then(() => '')])) : 0;
  if (!(pid > 0)) throw new Error(`${command} could not be started; see ${logFile}`);
  return {
    pid,
    exited,
    running: () => code === null,
    lastLines: (count) =>
      readFileSync(logFile, 'utf8')
        .trimEnd()
        .split('\n')
        .slice(-count)
        .map((line) => line.slice(0, 400))
        .join('\n'),
    async stop() {
      if (code !== null) return;
      child.stdin?.end();
      await Promise.race([exited, delay((killAfterSeconds + 5) * 1_000, undefined, { ref: false })]);
    },
  };
}
