import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whileLocked } from '../../src/temporal/binary-cache.js';
import { findTemporal, NoTemporalServer } from '../../src/temporal/server-binary.js';
import { type Answer, checksumsOf, fakeArchive, fakeCli, serveRelease } from './release-server.js';

let folder: string;
const lines: string[] = [];
const good = fakeArchive('1.32.0');
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kobi-binaries-'));
  mkdirSync(join(folder, 'bin'));
  lines.length = 0;
  // Only what unpacking needs is on PATH: no temporal, no go.
  for (const tool of ['tar', 'gzip']) symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(folder, 'bin', tool));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

const cache = (): string => join(folder, 'cache');

async function find({ archive = good, checksums = checksumsOf(good) }: { archive?: Answer; checksums?: Answer } = {}) {
  const release = await serveRelease({ archive, checksums });
  closing.push(release.close);
  const search = findTemporal({
    ui: true,
    onProgress: (line) => lines.push(line),
    cacheFolder: cache(),
    env: { PATH: join(folder, 'bin'), HOME: folder, TEMPORAL_RELEASE_URL: release.url },
    // Short only where the silence itself is tested.
    silenceMs: [archive, checksums].some((answer) => answer === 'hang' || answer === 'stall') ? 300 : 20_000,
  });
  return { search, release };
}

async function refusal(answers: { archive?: Answer; checksums?: Answer }): Promise<string> {
  const { search } = await find(answers);
  const error = await search.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NoTemporalServer);
  return error instanceof Error ? error.message : '';
}

describe('the official release', () => {
  it('is downloaded, verified, unpacked, and found in the cache the next time', async () => {
    const { search, release } = await find();
    const programs = await search;
    expect(programs).toEqual({ kind: 'cli', temporal: join(cache(), 'temporal-cli-1.9.1', 'temporal') });
    expect(release.requests).toEqual([
      '/v1/checksums.txt',
      expect.stringMatching(/^\/v1\/temporal_cli_1\.9\.1_(linux|darwin)_(amd64|arm64)\.tar\.gz$/),
    ]);
    expect(lines).toContainEqual(expect.stringContaining('downloading the Temporal CLI 1.9.1'));
    const again = await find({ archive: 404, checksums: 404 });
    expect(await again.search).toEqual(programs);
    expect(again.release.requests).toEqual([]);
  });

  it('with a wrong checksum is refused, and nothing of it stays', async () => {
    const message = await refusal({ archive: fakeArchive('6.6.6') });
    expect(message).toMatch(/has SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}: the download is damaged or was replaced/);
    expect(readdirSync(cache())).toEqual([]);
  });

  it('that is not there is named with its status', async () => {
    expect(await refusal({ archive: 404 })).toMatch(/release of the Temporal CLI: http:\S+temporal_cli_1\.9\.1_\S+: HTTP 404/);
  });

  it('that never answers is given up', async () => {
    expect(await refusal({ checksums: 'hang' })).toMatch(/checksums\.txt: no answer within 0\.3 s/);
    expect(await refusal({ archive: 'hang' })).toMatch(/\.tar\.gz: no answer within 0\.3 s/);
    expect(await refusal({ archive: 'stall' })).toMatch(/\.tar\.gz: no answer within 0\.3 s/);
    expect(readdirSync(cache())).toEqual([]);
  });

  it('without a checksum of our archive is refused', async () => {
    expect(await refusal({ checksums: Buffer.from('') })).toMatch(/names no checksum of temporal_cli_1\.9\.1/);
  });
});

describe('a temporal on PATH', () => {
  it('is used when it embeds the server that we need', async () => {
    const temporal = fakeCli(join(folder, 'bin'), '1.32.2');
    const { search, release } = await find();
    expect(await search).toEqual({ kind: 'cli', temporal });
    expect(release.requests).toEqual([]);
  });

  it('is passed over when it is older', async () => {
    fakeCli(join(folder, 'bin'), '1.29.1');
    const { search } = await find();
    expect(await search).toEqual({ kind: 'cli', temporal: join(cache(), 'temporal-cli-1.9.1', 'temporal') });
  });
});

it('lists every way, why it failed and what to install when there is none', async () => {
  fakeCli(join(folder, 'bin'), '1.29.1');
  const message = await refusal({ archive: 404 });
  expect(message).toMatch(/cache \S+: no server in it/);
  expect(message).toMatch(/PATH: \S+temporal embeds server 1\.29\.1, and 1\.32\.0 or later is needed/);
  expect(message).toMatch(/release of the Temporal CLI: .*HTTP 404/);
  expect(message).toMatch(/building from source: there is no `go` on PATH/);
  expect(message).toMatch(/install the Temporal CLI 1\.9\.1 or later.*Go 1\.26\.8.*TEMPORAL_RELEASE_URL.*TEMPORAL_ADDRESS/);
});

it('builds with Go when the release is out of reach, and tells what Go said when that fails', async () => {
  const go = join(folder, 'bin', 'go');
  writeFileSync(
    go,
    `#!/bin/sh\nif [ "$1" = version ]; then echo 'go version go1.26.8 linux/amd64'; exit; fi\ncase "$2" in *ui-server*) echo 'module lookup: no network' >&2; exit 1;; esac\necho '#!/bin/sh' > "$GOBIN/server"; /bin/chmod +x "$GOBIN/server"\n`,
    { mode: 0o755 },
  );
  const { search } = await find({ archive: 404 });
  expect(await search).toEqual({ kind: 'server', server: join(cache(), 'temporal-server-1.32.0', 'server'), ui: null });
  expect(lines).toContainEqual(
    expect.stringMatching(/^building the Temporal server 1\.32\.0 with Go, once: 0:00, about 6:00 on two cores$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^no web UI can be had.*module lookup: no network/));
});

it('is fetched by one process while another waits, and the lock of a dead process is taken over', async () => {
  const order: string[] = [];
  mkdirSync(cache());
  writeFileSync(join(cache(), 'lock'), '999999999');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let begun = (): void => undefined;
  const began = new Promise<void>((resolve) => (begun = resolve));
  const first = whileLocked(
    cache(),
    () => undefined,
    async () => {
      order.push('first begins');
      begun();
      await held;
      order.push('first ends');
    },
  );
  await began;
  let second: Promise<void> = Promise.resolve();
  const told = new Promise<number>((resolve) => {
    second = whileLocked(cache(), resolve, async () => void order.push('second'));
  });
  expect(await told).toBe(process.pid);
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(['first begins', 'first ends', 'second']);
});
