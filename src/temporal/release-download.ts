import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { CLI_VERSION } from './binary-cache.js';

const run = promisify(execFile);

/** Where the official release lies, unless TEMPORAL_RELEASE_URL names a mirror. */
export const RELEASE_URL = `https://github.com/temporalio/cli/releases/download/v${CLI_VERSION}`;

/** Name of the release's archive for this machine, or null where there is none. */
export function archiveName(platform: NodeJS.Platform, arch: string): string | null {
  const os = platform === 'linux' || platform === 'darwin' ? platform : null;
  const cpu = arch === 'x64' ? 'amd64' : arch === 'arm64' ? 'arm64' : null;
  return os === null || cpu === null ? null : `temporal_cli_${CLI_VERSION}_${os}_${cpu}.tar.gz`;
}

/** Aborts unless it is told within `ms` that the other side is still there. */
function silenceLimit(ms: number) {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(new Error(`no answer within ${ms / 1_000} s`)), ms);
  let timer = start();
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer);
      timer = start();
    },
    end: () => clearTimeout(timer),
  };
}

async function get<Result>(
  url: string,
  silenceMs: number,
  read: (response: Response, heard: () => void) => Promise<Result>,
): Promise<Result> {
  const limit = silenceLimit(silenceMs);
  try {
    const response = await fetch(url, { signal: limit.signal, redirect: 'follow' });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await read(response, limit.heard);
  } catch (error) {
    const reason: unknown = limit.signal.aborted ? limit.signal.reason : error;
    const cause = reason instanceof Error && reason.cause instanceof Error ? reason.cause : reason;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause: error });
  } finally {
    limit.end();
  }
}

/** Streams a file to disk; the SHA-256 of its bytes, in hex. */
async function save(response: Response, path: string, heard: () => void, onProgress: (line: string) => void): Promise<string> {
  if (response.body === null) throw new Error('the answer is empty');
  const hash = createHash('sha256');
  const total = Number(response.headers.get('content-length') ?? 0);
  let [received, toldAt] = [0, Date.now()];
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      heard();
      hash.update(chunk);
      received += chunk.length;
      if (Date.now() - toldAt > 3_000) {
        toldAt = Date.now();
        const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
        onProgress(`downloading the Temporal CLI: ${megabytes(received)} MB${total > 0 ? ` of ${megabytes(total)} MB` : ''}`);
      }
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(path));
  return hash.digest('hex');
}

/**
 * Downloads the official release of the Temporal CLI, checks it against the release's checksums and unpacks the program `temporal`
 * into the folder.
 *
 * @param silenceMs longest time without an answer or a byte; 5 seconds unless told
 * @throws Error naming the address and what is wrong: status, silence, checksum, archive
 */
export async function downloadRelease(options: {
  readonly folder: string;
  readonly baseUrl: string;
  readonly onProgress: (line: string) => void;
  readonly silenceMs?: number;
}): Promise<void> {
  const { folder, onProgress, silenceMs = 5_000 } = options;
  const baseUrl = options.baseUrl.replace(/\/$/, '');
  const name = archiveName(process.platform, process.arch);
  if (name === null) throw new Error(`there is no release for ${process.platform} ${process.arch}`);
  const sums = await get(`${baseUrl}/checksums.txt`, silenceMs, (response) => response.text());
  const expected = sums
    .split('\n')
    .map((line) => line.trim().split(/\s+\*?/))
    .find(([, file]) => file === name)?.[0]
    ?.toLowerCase();
  if (expected === undefined || !/^[0-9a-f]{64}$/.test(expected)) throw new Error(`${baseUrl}/checksums.txt names no checksum of ${name}`);
  onProgress(`downloading the Temporal CLI ${CLI_VERSION} from ${baseUrl}`);
  const archive = join(folder, name);
  const actual = await get(`${baseUrl}/${name}`, silenceMs, (response, heard) => save(response, archive, heard, onProgress));
  if (actual !== expected)
    throw new Error(`${baseUrl}/${name} has SHA-256 ${actual} instead of ${expected}: the download is damaged or was replaced`);
  await run('tar', ['-xzf', archive, '-C', folder, 'temporal']);
  await rm(archive);
}
