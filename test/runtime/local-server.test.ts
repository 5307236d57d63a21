import { createServer } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes.js';
import { freePort } from '../../src/process/free-port.js';
import { connectTemporal } from '../../src/temporal/connection.js';
import { type LocalTemporal, startLocalTemporal } from '../../src/temporal/local-server.js';
import { startTemporalOnPostgres } from '../../src/temporal/postgres-server.js';
import { savedViews } from '../../src/temporal/saved-views.js';
import { ensureSearchAttributes, missingSearchAttributes } from '../../src/temporal/search-attributes.js';

const folder = mkdtempSync(join(tmpdir(), 'kobi-local-'));
const quiet = (): void => undefined;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startWaiting({ address }: LocalTemporal, workflowId: string): Promise<void> {
  const { client, close } = await connectTemporal({ address, env: {} });
  await client.workflow.start('waiting', {
    workflowId,
    taskQueue: 'nobody-polls',
    typedSearchAttributes: [{ key: SEARCH_ATTRIBUTES.waitingOn, value: 'kobi' }],
  });
  await close();
}

async function found({ address }: LocalTemporal, query: string): Promise<string[]> {
  const { client, close } = await connectTemporal({ address, env: {} });
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  await close();
  return ids;
}

async function register({ address }: LocalTemporal): Promise<void> {
  const { connection, namespace, close } = await connectTemporal({ address, env: {} });
  await ensureSearchAttributes(connection, namespace);
  await ensureSearchAttributes(connection, namespace);
  expect(await missingSearchAttributes(connection, namespace)).toEqual({ missing: [], wrongType: [] });
  await close();
}

describe('a local server', () => {
  it('takes another port when the wanted one is taken, and keeps its workflows over a restart', async () => {
    const squatter = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
    const options = { dataFolder: join(folder, 'sqlite'), ui: true, onProgress: quiet, preferredPorts: { frontend: port, ui: port } };
    const first = await startLocalTemporal(options);
    try {
      expect(first.address).not.toBe(`127.0.0.1:${port}`);
      expect(first.uiUrl).not.toBe(`http://127.0.0.1:${port}`);
      await register(first);
      await startWaiting(first, 'kept');
      // The UI answers, and the query of each saved view is one that the server takes.
      expect((await fetch(`${first.uiUrl}/api/v1/settings`)).status).toBe(200);
      const views = savedViews({ uiUrl: first.uiUrl ?? '', namespace: 'default', now: new Date() });
      const ids = await Promise.all(views.map(({ query }) => found(first, query)));
      expect(views.map(({ name }, index) => [name, ids[index]])).toEqual([
        ['Waiting for Kobi', ['kept']],
        ['Parked', []],
        ['Past due', []],
      ]);
      // A browser keeps the views that stay true, and none that names an instant.
      const kept = views.map(({ url }) => new URL(url).searchParams.get('savedQuery'));
      expect(kept).toEqual(['Waiting for Kobi', 'Parked', null]);
    } finally {
      await first.stop();
      await new Promise((resolve) => squatter.close(resolve));
    }
    const second = await startLocalTemporal({ ...options, ui: false });
    try {
      expect(await found(second, 'WorkflowId = "kept"')).toEqual(['kept']);
    } finally {
      await second.stop();
    }
  });

  it('on PostgreSQL keeps its workflows as well, and bringing up the schema again changes nothing', async () => {
    const options = { postgresUrl: inject('postgresUrl'), dataFolder: join(folder, 'postgres'), ui: false, onProgress: quiet };
    const first = await startTemporalOnPostgres(options);
    try {
      await register(first);
      await startWaiting(first, 'kept-in-postgres');
    } finally {
      await first.stop();
    }
    const second = await startTemporalOnPostgres(options);
    try {
      expect(await found(second, 'KobiWaitingOn = "kobi"')).toEqual(['kept-in-postgres']);
    } finally {
      await second.stop();
    }
  });
});

describe('a connection', () => {
  it('to nowhere says where it tried and what to do', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    await expect(connectTemporal({ address, env: {} })).rejects.toThrow(
      new RegExp(`no Temporal server answers at ${address} .*npm run dev.*TEMPORAL_ADDRESS`),
    );
  });

  it('takes address and namespace from the profile of the Temporal CLI', async () => {
    const address = inject('temporalAddress');
    const file = join(folder, 'temporal.toml');
    writeFileSync(file, `[profile.kobi]\naddress = "${address}"\nnamespace = "kobi-space"\n`);
    const temporal = await connectTemporal({ env: { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'kobi' } });
    expect(temporal.namespace).toBe('kobi-space');
    await temporal.close();
    await expect(connectTemporal({ env: { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'other' } })).rejects.toThrow(
      /profile .*TEMPORAL_PROFILE/,
    );
  });
});
