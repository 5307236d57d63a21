import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

const TICKS_PER_SECOND = 100;

/** Seconds of CPU that all processes of this machine have used since it began; Linux only. */
export function machineCpuSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** The shape of this machine and how busy it has been in the last minute. */
export function machine(): { readonly cores: number; readonly model: string; readonly memoryGiB: number; readonly load1m: number } {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load1m: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
