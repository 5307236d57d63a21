import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveName } from '../../src/temporal/release-download.js';

/** What the release's server does with a request: answers these bytes, a status, never, or with a beginning that is never followed. */
export type Answer = Buffer | number | 'hang' | 'stall';

/** A program that says it is a Temporal CLI with that server, and nothing else. */
export function fakeCli(folder: string, serverVersion: string): string {
  const path = join(folder, 'temporal');
  writeFileSync(path, `#!/bin/sh\necho 'temporal version 9.9.9 (Server ${serverVersion}, UI 2.54.1)'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The release's archive for this machine, with the fake CLI in it. */
export function fakeArchive(serverVersion: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kobi-archive-'));
  fakeCli(folder, serverVersion);
  writeFileSync(join(folder, 'LICENSE'), 'MIT\n');
  execFileSync('tar', ['-czf', join(folder, 'archive.tar.gz'), '-C', folder, 'temporal', 'LICENSE']);
  const bytes = readFileSync(join(folder, 'archive.tar.gz'));
  rmSync(folder, { recursive: true });
  return bytes;
}

export function checksumsOf(bytes: Buffer): Buffer {
  return Buffer.from(
    `${'0'.repeat(64)}  other.zip\n${createHash('sha256').update(bytes).digest('hex')}  ${archiveName(process.platform, process.arch)}\n`,
  );
}

/** Serves a release on loopback; `requests` lists the paths that were asked for. */
export async function serveRelease(answers: {
  archive: Answer;
  checksums: Answer;
}): Promise<{ url: string; requests: string[]; close(): Promise<void> }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const answer = request.url?.endsWith('/checksums.txt') ? answers.checksums : answers.archive;
    if (answer === 'hang') return;
    if (answer === 'stall') {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write('the first bytes');
      return;
    }
    response.writeHead(typeof answer === 'number' ? answer : 200);
    response.end(typeof answer === 'number' ? 'no' : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
