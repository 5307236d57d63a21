import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../src/process/free-port.js';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** A gateway as a process of its own, that may be killed and started again at the same address. */
export class GatewayProcess {
  /** Everything that it printed. */
  output = '';
  private child: ChildProcess | undefined;
  private ended: Promise<number | string> = Promise.resolve('not started');

  private constructor(
    readonly url: string,
    private readonly env: Readonly<Record<string, string>>,
    readonly uploadFolder: string,
  ) {}

  static async start(databaseUrl: string, settings: Readonly<Record<string, string>> = {}): Promise<GatewayProcess> {
    const port = await freePort();
    const uploadFolder = mkdtempSync(join(tmpdir(), 'kobi-uploads-'));
    const env = {
      DATABASE_URL: databaseUrl,
      KOBI_DEV_ENV: 'off',
      KOBI_GATEWAY_PORT: String(port),
      KOBI_GATEWAY_UPLOADS: uploadFolder,
      ...settings,
    };
    const gateway = new GatewayProcess(`http://127.0.0.1:${port}`, env, uploadFolder);
    await gateway.startAgain();
    return gateway;
  }

  async startAgain(): Promise<void> {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/gateway.ts'], {
      cwd: ROOT,
      env: { PATH, HOME, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.child = child;
    this.ended = new Promise((settle) => child.once('close', (code, signal) => settle(code ?? signal ?? 'unknown')));
    let over = false;
    void this.ended.then(() => (over = true));
    while (
      !(await fetch(`${this.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (over) throw new Error(`the gateway ended before it was ready:\n${this.output}`);
      await delay(50);
    }
  }

  /** Sends the signal and waits for the end. */
  stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string> {
    this.child?.kill(signal);
    return this.ended;
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.uploadFolder, { recursive: true, force: true });
  }
}
