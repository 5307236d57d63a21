import { promises as dns } from 'node:dns';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress } from '../../src/activities/addresses.js';
import { type GuardSettings, guardedFetch } from '../../src/activities/guarded-fetch.js';
import { failureOf } from './engine.js';

const strict: GuardSettings = {
  allowLoopback: false,
  brokenCode: 'landing_page_broken',
  maxBytes: 64 * 1024,
  larger: 'cut',
  deadlineMs: 2_000,
};
const local: GuardSettings = { ...strict, allowLoopback: true };

/** Case 28 of reliability.md: what a tenant's address may do to us. */
describe('a fetch of a tenant’s address', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve)))));
  });
  async function serve(listener: RequestListener): Promise<{ port: number; base: string }> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { port: address.port, base: `http://127.0.0.1:${address.port}` };
  }

  it.each([
    ['https://10.1.2.3/', '10.1.2.3 is not on the public internet'],
    ['https://127.0.0.1/', '127.0.0.1 is not on the public internet'],
    ['https://2130706433/', '127.0.0.1 is not on the public internet'],
    ['https://0x7f.1/', '127.0.0.1 is not on the public internet'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254 is not on the public internet'],
    ['https://[::1]/', '::1 is not on the public internet'],
    ['https://[::ffff:10.0.0.1]/', '::ffff:a00:1 is not on the public internet'],
    ['https://[fd00::1]/', 'fd00::1 is not on the public internet'],
    ['https://[64:ff9b::a9fe:a9fe]/', '64:ff9b::a9fe:a9fe is not on the public internet'],
    ['http://school.example/', 'only https is fetched'],
    ['ftp://school.example/feed.csv', 'only https is fetched'],
    ['file:///etc/passwd', 'only https is fetched'],
    ['not an address', 'it is no address'],
  ])('refuses %s and says why', async (address, rule) => {
    expect(await failureOf(guardedFetch(address, strict))).toMatchObject({ code: 'address_refused', details: [address, rule] });
  });

  it('refuses an address with a password in it, without repeating the password', async () => {
    const failure = await failureOf(guardedFetch('https://user:not-a-secret@school.example/', strict));
    expect(failure.code).toBe('address_refused');
    expect(JSON.stringify(failure)).not.toContain('not-a-secret');
  });

  it('refuses a name that the DNS answers with loopback, before anything is connected', async () => {
    let requests = 0;
    const { port } = await serve((_, response) => {
      requests += 1;
      response.end('inside');
    });
    expect((await dns.lookup('localhost')).address).toMatch(/^(127\.|::1)/);
    const failure = await failureOf(guardedFetch(`https://localhost:${port}/`, strict));
    expect(failure.code).toBe('address_refused');
    expect(failure.message).toMatch(
      /localhost resolves to an address that is not allowed: (127\.0\.0\.1|::1) is not on the public internet/,
    );
    expect(requests).toBe(0);
  });

  it('does not follow a redirect to a metadata service', async () => {
    const { base } = await serve((_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end());
    const failure = await failureOf(guardedFetch(`${base}/`, local));
    expect(failure).toMatchObject({
      code: 'address_refused',
      details: ['http://169.254.169.254/latest/meta-data/', '169.254.169.254 is not on the public internet'],
    });
  });

  it('gives up after five redirects', async () => {
    const { base } = await serve((request, response) => response.writeHead(302, { location: `${request.url ?? ''}x` }).end());
    expect(await failureOf(guardedFetch(`${base}/`, local))).toMatchObject({
      code: 'landing_page_broken',
      message: `${base}/ redirects more than 5 times`,
    });
  });

  it('cuts an answer that never ends by its size', async () => {
    const { base } = await serve((_, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    });
    const page = await guardedFetch(`${base}/`, local);
    expect(page).toMatchObject({ status: 200, cut: true });
    expect(page.body).toHaveLength(64 * 1024);
    expect(await failureOf(guardedFetch(`${base}/feed.csv`, { ...local, larger: 'refuse', brokenCode: 'feed_unreachable' }))).toMatchObject(
      {
        code: 'feed_unreachable',
        message: `${base}/feed.csv answers more than 64 kB`,
      },
    );
  });

  it('cuts a slow drip by the time for the whole answer', async () => {
    const { base } = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const failure = await failureOf(guardedFetch(`${base}/`, { ...local, deadlineMs: 300 }));
    expect(failure).toMatchObject({ code: 'landing_page_broken', message: `${base}/ did not answer within 0.3 s` });
  });

  it('fetches an example host from the loopback server that plays it, and nothing else from there', async () => {
    const { base } = await serve((request, response) => response.end(`${request.headers.host ?? ''}${request.url ?? ''}`));
    const hosts = { 'school.example': base };
    expect(await guardedFetch('https://school.example/open-day?a=1', { ...strict, hosts })).toMatchObject({
      address: 'https://school.example/open-day?a=1',
      body: 'school.example/open-day?a=1',
    });
    expect(
      (await failureOf(guardedFetch('https://school.example/', { ...strict, hosts: { 'school.example': 'http://10.0.0.1' } }))).code,
    ).toBe('address_refused');
    expect((await failureOf(guardedFetch(`${base}/`, { ...strict, hosts }))).code).toBe('address_refused');
  });

  it('knows which addresses are on the public internet', () => {
    expect(['8.8.8.8', '93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'].filter(isPublicAddress)).toHaveLength(3);
    const inside = [
      '0.0.0.0',
      '100.64.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '2002:a00:1::',
      '2001:0:1::',
      'fe80::1',
      'ff02::1',
      'school.example',
    ];
    expect(inside.filter(isPublicAddress)).toEqual([]);
    expect(['127.0.0.2', '::1', '::ffff:127.0.0.1'].filter(isLoopbackAddress)).toHaveLength(3);
  });
});
