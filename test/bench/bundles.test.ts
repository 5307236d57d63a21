import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..', '..');

test('a bundle is there while the benchmark runs, and leaves nothing behind', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kobi-bundles-'));
  try {
    const program = `
      const { bundled } = await import('${join(ROOT, 'bench/bundles.ts')}');
      const { statSync } = await import('node:fs');
      process.stdout.write(String(statSync(await bundled({ workflowsPath: '${join(ROOT, 'test/runtime/sleeper.ts')}' })).size > 0));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code]: unknown[] = await once(child, 'close');
    expect({ code, said }).toEqual({ code: 0, said: 'true' });
    // The compiler's cache is its own affair.
    expect(readdirSync(folder).filter((name) => name.startsWith('kobi-'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
