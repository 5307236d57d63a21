import { loadavg } from 'node:os';
import { machineCpuSeconds } from './machine.js';
import { usageOf } from './process-usage.js';

export interface Observed {
  /** Seconds of CPU by process; `others` is what the rest of the machine used meanwhile. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** The most that the worker held, in MiB. */
  readonly workerPeakMiB: number;
  /** Load of the machine over the last minute, at the end. */
  readonly load1m: number;
}

/** Runs something and tells what the named processes used meanwhile; our own process is `driver`. */
export async function observed<T>(
  processes: Readonly<Record<string, number>>,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly observed: Observed }> {
  const own: Readonly<Record<string, number>> = { ...processes, driver: process.pid };
  const names = Object.keys(own);
  const children = new Set(Object.values(processes));
  const read = (): Record<string, number> =>
    Object.fromEntries(
      Object.entries(own).map(([name, pid]) => [name, usageOf(pid, pid === process.pid ? children : undefined).cpuSeconds]),
    );
  const before = { all: machineCpuSeconds(), own: read() };
  let workerPeakMiB = 0;
  const timer = setInterval(() => {
    workerPeakMiB = Math.max(workerPeakMiB, usageOf(own.worker ?? process.pid).memoryMiB);
  }, 500);
  try {
    const result = await work();
    const after = { all: machineCpuSeconds(), own: read() };
    const used = Object.fromEntries(names.map((name) => [name, (after.own[name] ?? 0) - (before.own[name] ?? 0)]));
    const others = after.all - before.all - Object.values(used).reduce((sum, seconds) => sum + seconds, 0);
    return { result, observed: { cpuSeconds: { ...used, others: Math.max(0, others) }, workerPeakMiB, load1m: loadavg()[0] ?? 0 } };
  } finally {
    clearInterval(timer);
  }
}

/** What one of so many used. */
export function each(cpuSeconds: Readonly<Record<string, number>>, count: number): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(cpuSeconds).map(([name, seconds]) => [name, seconds / count]));
}

/** Seconds of CPU of one onboarding, without the rest of the machine. */
export function cpuOf({ cpuSecondsEach }: { readonly cpuSecondsEach: Readonly<Record<string, number>> }): number {
  return Object.entries(cpuSecondsEach).reduce((sum, [name, seconds]) => (name === 'others' ? sum : sum + seconds), 0);
}
