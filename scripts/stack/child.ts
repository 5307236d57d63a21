import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '..', '..');

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
  /** SIGTERM, and SIGKILL when it has not ended after `graceMs`. */
  stop(graceMs?: number): Promise<number | string>;
}

interface ChildOptions {
  /** A file of this project, run by tsx. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything it prints is appended here. */
  readonly logFile: string;
  /** The first line of its output of which this makes something is its sign of readiness. */
  readonly ready: (line: string) => Readonly<Record<string, string>> | null;
}

/**
 * Starts one of our own entries as a process of its own and waits until it says that it is ready.
 * @throws Error with the end of its output when it ends before that
 */
export async function startChild({
  entry,
  args = [],
  env,
  logFile,
  ready,
}: ChildOptions): Promise<{ child: Child; facts: Readonly<Record<string, string>> }> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  const preloaded = ['tsx', resolve(import.meta.dirname, 'end-with-parent.mjs')].flatMap((module) => ['--import', module]);
  const child = spawn(process.execPath, [...preloaded, resolve(root, entry), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    // Standard input says nothing, but closes when we are gone.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | string>((settle) => child.once('exit', (code, signal) => settle(code ?? signal ?? 'unknown')));
  // A parent that exits without stopping its children leaves none behind at once; one that is killed, a moment later (end-with-parent.mjs).
  const orphaned = (): void => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  void ended.then(() => process.off('exit', orphaned));

  const last: string[] = [];
  const remember = (line: string): void => {
    log.write(`${line}\n`);
    last.push(line);
    if (last.length > 30) last.shift();
  };
  createInterface({ input: child.stderr }).on('line', remember);
  const facts = await new Promise<Readonly<Record<string, string>>>((settle, fail) => {
    let waiting = true;
    createInterface({ input: child.stdout }).on('line', (line) => {
      remember(line);
      const found = waiting ? ready(line) : null;
      if (found) {
        waiting = false;
        settle(found);
      }
    });
    void ended.then((how) => fail(new Error(`${entry} ended (${how}) before it was ready; its log is ${logFile}:\n${last.join('\n')}`)));
  });
  return {
    facts,
    child: {
      process: child,
      ended,
      stop: async (graceMs = 40_000) => {
        child.kill('SIGTERM');
        child.kill('SIGCONT');
        const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
        try {
          return await ended;
        } finally {
          clearTimeout(timer);
        }
      },
    },
  };
}

/** The text fields of a line that is a JSON object, or null. */
export function jsonLine(line: string): Record<string, string> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null) return null;
    return Object.fromEntries(Object.entries(parsed).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])));
  } catch {
    return null;
  }
}
