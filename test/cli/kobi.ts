import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { runKobi } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = resolve(import.meta.dirname, '..', '..');

/**
 * `kobi` as a process of its own, with only these settings.
 * @param gone kills it, as when the machine dies on which somebody typed
 */
export function kobiProcess(words: readonly string[], settings: Readonly<Record<string, string>> = {}, gone?: AbortSignal): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/starter.ts', ...words], {
    cwd: ROOT,
    env: { PATH, HOME, KOBI_DEV_ENV: 'off', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  gone?.addEventListener('abort', () => child.kill('SIGKILL'));
  const heard = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard.stderr += text));
  return new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code) => settle({ code, ...heard }));
  });
}

/** The same program within this process, for tests that run it often. */
export async function kobi(words: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ran> {
  const heard: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
  const terminal: Terminal = {
    out: (line) => void heard.stdout.push(line),
    err: (line) => void heard.stderr.push(line),
    live: false,
    color: false,
    columns: 120,
    now: () => new Date(),
  };
  const code = await runKobi(words, terminal, settings);
  return { code, stdout: heard.stdout.join('\n'), stderr: heard.stderr.join('\n') };
}

/** Complete settings whose server and database nobody runs: port 1 answers nowhere. */
export const NOBODY_THERE = {
  TIKTOK_BASE_URL: 'http://127.0.0.1:1/open_api/v1.3',
  TIKTOK_APP_ID: '7300000000000000900',
  TIKTOK_APP_SECRET: 'not-a-real-app-secret',
  TIKTOK_ACCESS_TOKEN: 'not-a-real-access-token',
  TIKTOK_BC_ID: '7300000000000000001',
  DATABASE_URL: 'postgres://kobi:not-a-real-password@127.0.0.1:1/kobi',
  SECRETS_KEY: 'ab'.repeat(32),
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  KOBI_PEOPLE_FILE: 'examples/people.yaml',
  KOBI_OPERATOR_USER_IDS: '7300000000000000010',
  KOBI_BILLING_GROUP_ID: '7300000000000000150',
  KOBI_FUNDING_THRESHOLDS: 'EUR=1000',
} as const;
