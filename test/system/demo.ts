import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface Demo {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run demo` as a process of its own, in a folder of its own, which goes with it. */
export async function runDemo(settings: Readonly<Record<string, string>>, children: (child: ChildProcess) => void): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'kobi-demo-'));
  // As root PostgreSQL runs as its own user, who must be able to enter.
  await chmod(folder, 0o755);
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/demo.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, CI: '1', KOBI_DEV_FOLDER: folder, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children(child);
  const heard = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard.stderr += text));
  const code = await new Promise<number | null>((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  });
  await rm(folder, { recursive: true, force: true });
  return { code, ...heard };
}

/** The rows of a table of the summary by its head: cells are two blanks or more apart. */
export function tableAfter(stdout: string, head: RegExp): string[][] {
  const lines = stdout.split('\n');
  const start = lines.findIndex((line) => head.test(line));
  if (start < 0) throw new Error(`the output has no table ${String(head)}:\n${stdout}`);
  const rows = lines.slice(start + 1);
  const end = rows.indexOf('');
  return rows.slice(0, end < 0 ? undefined : end).map((line) => line.split(/ {2,}/));
}
