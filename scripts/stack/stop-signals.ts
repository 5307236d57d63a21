import { setTimeout as delay } from 'node:timers/promises';

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof CODES;

/** How long starting may take to notice that it is to stop; what it started ends with this process anyway (end-with-parent.mjs, guarded-process.ts). */
const STARTING_STOPS_WITHIN_MS = 20_000;

export class Stopped extends Error {
  constructor(readonly by: StopSignal) {
    super(`stopped by ${by}`);
    this.name = 'Stopped';
  }

  /** What a shell expects of a program that a signal ended: 128 and the signal's number. */
  get exitCode(): number {
    return CODES[this.by];
  }
}

export interface StopSignals {
  /** Aborted by the first signal; its reason is a `Stopped`. */
  readonly signal: AbortSignal;
  /** Rejects with the `Stopped`, once there is one. */
  readonly received: Promise<never>;
  /** The result of starting something, or the `Stopped`, although a part that is on its way (a download, a build) listens to nobody. */
  starting<T>(start: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/**
 * Listens to SIGINT and SIGTERM for as long as this process lives: a second Ctrl-C, or the one that a wrapper passes on, must not cut
 * the stopping short.
 */
export function listenForStop(): StopSignals {
  const controller = new AbortController();
  for (const name of Object.keys(CODES) as StopSignal[]) process.on(name, () => controller.abort(new Stopped(name)));
  const { signal } = controller;
  const received = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Stopped)));
  // Whoever does not wait for it hears of it by the signal.
  received.catch(() => undefined);
  const tooLate = async (): Promise<never> =>
    received.catch(async (reason: unknown) => {
      await delay(STARTING_STOPS_WITHIN_MS, undefined, { ref: false });
      throw reason;
    });
  return { signal, received, starting: async (start) => Promise.race([start(signal), tooLate()]) };
}
