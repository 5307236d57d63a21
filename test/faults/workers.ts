import { join } from 'node:path';
import { freePort } from '../../src/process/free-port.js';
import { type Child, jsonLine, startChild } from '../../scripts/stack/child.js';

export type KillSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT';

/** One worker process of a world. */
export interface WorkerProcess {
  readonly name: string;
  readonly pid: number;
  /** Everything it logged. */
  readonly logFile: string;
  readonly metricsUrl: string;
  /** The exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
  alive(): boolean;
  send(signal: KillSignal): void;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, SIGKILL after `graceMs`; its exit code, or the signal that ended it. */
  stop(graceMs?: number): Promise<number | string>;
}

/** The worker processes of a world, in the order in which they were started, dead ones included. */
export interface Workers {
  readonly all: readonly WorkerProcess[];
  living(): readonly WorkerProcess[];
  /** Starts one and waits until it polls. */
  start(env?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  /** SIGKILLs every living one. */
  killAll(): Promise<void>;
  stopAll(): Promise<void>;
}

function workerProcess(name: string, child: Child, logFile: string, metricsUrl: string): WorkerProcess {
  let living = true;
  void child.ended.then(() => (living = false));
  return {
    name,
    pid: child.process.pid ?? 0,
    logFile,
    metricsUrl,
    ended: child.ended,
    alive: () => living,
    send: (signal) => void child.process.kill(signal),
    async kill() {
      child.process.kill('SIGKILL');
      await child.ended;
    },
    stop: (graceMs) => child.stop(graceMs),
  };
}

/** @param env what every worker of the world is told */
export function createWorkers(folder: string, env: Readonly<Record<string, string>>): Workers {
  const all: WorkerProcess[] = [];
  let started = 0;
  const living = (): WorkerProcess[] => all.filter((worker) => worker.alive());
  return {
    all,
    living,
    async start(more = {}) {
      started += 1;
      const name = `worker-${started}`;
      const logFile = join(folder, `${name}.log`);
      const [health, metrics] = [await freePort(), await freePort()];
      const { child, facts } = await startChild({
        entry: 'src/worker.ts',
        env: { ...env, KOBI_DEV_ENV: 'off', KOBI_HEALTH_PORT: String(health), KOBI_METRICS_PORT: String(metrics), ...more },
        logFile,
        ready: (line) => (line.includes('the worker starts polling') ? (jsonLine(line) ?? {}) : null),
      });
      const worker = workerProcess(name, child, logFile, facts.metrics ?? '');
      all.push(worker);
      return worker;
    },
    killAll: async () => void (await Promise.all(living().map((worker) => worker.kill()))),
    stopAll: async () => void (await Promise.all(living().map((worker) => worker.stop(15_000)))),
  };
}
