import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SEED } from '../../simulator/seed.js';
import { freePorts } from '../../src/process/free-port.js';
import { builtProject } from './built.js';

/** Settings of an engine against a simulator with its default seed. The secrets are canaries: no output may show one. */
export function settingsFor(where: {
  readonly simulator: string;
  readonly databaseUrl: string;
  readonly taskQueue: string;
}): Record<string, string> {
  return {
    TIKTOK_BASE_URL: where.simulator,
    TIKTOK_APP_ID: SEED.appId,
    TIKTOK_APP_SECRET: SEED.appSecret,
    TIKTOK_ACCESS_TOKEN: SEED.token,
    TIKTOK_BC_ID: SEED.bcId,
    TIKTOK_RATE_LEVEL: 'off',
    DATABASE_URL: where.databaseUrl,
    SECRETS_KEY: 'c0ffee00'.repeat(8),
    KOBI_TASK_QUEUE: where.taskQueue,
    KOBI_PEOPLE_FILE: 'examples/people.yaml',
    KOBI_OPERATOR_USER_IDS: '7300000000000000010,7300000000000000011',
    KOBI_BILLING_GROUP_ID: '7300000000000000150',
    KOBI_FUNDING_THRESHOLDS: 'EUR=1000',
    KOBI_ALLOW_LOOPBACK: 'on',
    KOBI_DEV_ENV: 'off',
    KOBI_WAITS: JSON.stringify({ poll: { firstMs: 500, lastMs: 500 }, reconcileSpreadMs: 600 }),
  };
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

/** A worker as production runs it: `node dist/src/worker.js`. */
export class WorkerProcess {
  /** Everything that it printed. */
  output = '';
  readonly ended: Promise<number | string>;

  private constructor(
    readonly process: ChildProcess,
    private readonly healthUrl: string,
    private readonly metricsUrl: string,
  ) {
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    this.ended = new Promise((settle) => process.once('close', (code, signal) => settle(code ?? signal ?? 'unknown')));
  }

  static async start(settings: Readonly<Record<string, string>>): Promise<WorkerProcess> {
    const dist = await builtProject();
    const [health = 0, metrics = 0] = await freePorts(2);
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [join(dist, 'src', 'worker.js')], {
      env: { PATH, HOME, KOBI_HEALTH_PORT: String(health), KOBI_METRICS_PORT: String(metrics), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new WorkerProcess(child, `http://127.0.0.1:${health}`, `http://127.0.0.1:${metrics}/metrics`);
  }

  /** The health endpoint's answer; null while nothing listens there. */
  health(path: '/healthz' | '/readyz'): Promise<Answered | null> {
    return fetch(`${this.healthUrl}${path}`).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => null,
    );
  }

  async metrics(): Promise<string> {
    return (await fetch(this.metricsUrl)).text();
  }

  /** @throws Error with what it printed when it ends before */
  async untilReady(): Promise<void> {
    let over = false;
    void this.ended.then(() => (over = true));
    while ((await this.health('/readyz'))?.status !== 200) {
      if (over) throw new Error(`the worker ended before it was ready:\n${this.output}`);
      await delay(50);
    }
  }

  /** Sends the signal and waits for the end; what is running already over is over. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM'): Promise<number | string> {
    this.process.kill(signal);
    return this.ended;
  }
}
