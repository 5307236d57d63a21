import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kobi, kobiProcess } from './kobi.js';

const SETTINGS = ['--settings', 'examples/events/shop.settings.yaml'];
const GATEWAY = ['--gateway', 'https://events.example.org/', '--key', 'kek_visibly-fake-key'];
const PIXEL = 'C4A1B2C3D4E5F6G7H8I0';

describe('kobi events snippet', { timeout: 120_000 }, () => {
  it('as a process of its own, prints the HTML alone, and what else is to be done beside it', async () => {
    const ran = await kobiProcess(['events', 'snippet', 'peak_gear', ...SETTINGS, ...GATEWAY, '--csp-nonce', '$NONCE']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^<!-- Kobi: TikTok events of peak_gear, map 1\+[0-9a-f]{8}\./);
    expect(ran.stdout.trimEnd()).toMatch(/<\/script>$/);
    for (const part of ['<script nonce="$NONCE">', PIXEL, 'https://events.example.org/v1/events/peak_gear', 'kek_visibly-fake-key'])
      expect(ran.stdout).toContain(part);
    expect(ran.stderr).toContain('script-src https://analytics.tiktok.com');
    expect(ran.stderr).toContain('can be read by everybody');
  });

  it('works without a gateway, and says what is missing then', async () => {
    const ran = await kobi(['events', 'snippet', 'peak_gear', ...SETTINGS, '--csp-nonce'], {});
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('<script nonce="NONCE">');
    expect(ran.stdout).not.toContain('/v1/events/');
    expect(ran.stderr).toContain("only the browser's pixel reports");
  });

  it.each([
    [['--gateway', 'https://events.example.org'], '--gateway and --key belong together'],
    [['--gateway', 'http://events.example.org', '--key', 'kek_12345678'], 'plain http only for this machine'],
    [['--gateway', 'https://u:p@events.example.org', '--key', 'kek_12345678'], 'without credentials'],
    [['--gateway', 'https://events.example.org?x=1', '--key', 'kek_12345678'], 'give https://events.example.org/'],
    [['--gateway', 'events', '--key', 'kek_12345678'], '--gateway takes an address'],
    [['--gateway', 'https://events.example.org', '--key', 'a b'], '--key takes a write key'],
  ])('refuses %j', async (options, said) => {
    const ran = await kobi(['events', 'snippet', 'peak_gear', ...SETTINGS, ...options], {});
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(said);
  });
});

describe('kobi events gtm', () => {
  it('prints a container to import, and nothing but it', async () => {
    const ran = await kobi(['events', 'gtm', 'peak_gear', ...SETTINGS, ...GATEWAY], {});
    expect(ran.code).toBe(0);
    const { containerVersion } = z
      .object({ exportFormatVersion: z.literal(2), containerVersion: z.object({ tag: z.array(z.object({ name: z.string() })) }) })
      .parse(JSON.parse(ran.stdout));
    expect(containerVersion.tag.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Kobi - TikTok base', 'Kobi - TikTok Purchase', 'Kobi - TikTok quiz_finished']),
    );
    expect(ran.stderr).toContain('Import Container');
  });
});

describe('kobi events utm', () => {
  const RIGHT = 'utm_source=tiktok&utm_medium=paid&utm_campaign=__CAMPAIGN_ID__&utm_content=__CID__&utm_term=__AID__';
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', 'http://site');
      const next: Record<string, string> = {
        '/old': `/lang${search}`,
        '/lang': `/end${search.replace(/&ttclid=[^&]*/, '')}`,
        '/kept': `/end${search}`,
      };
      const to = next[pathname];
      response.writeHead(to === undefined ? (pathname === '/gone' ? 404 : 200) : 302, to === undefined ? {} : { location: to }).end('page');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    origin = `http://127.0.0.1:${address.port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('prints the address alone, and beside it what was wrong', async () => {
    const ran = await kobi(['events', 'utm', 'https://shop.example.org/sale?size=30&utm_source=Facebook#top'], {});
    expect([ran.code, ran.stdout]).toEqual([0, `https://shop.example.org/sale?size=30&${RIGHT}#top`]);
    expect(ran.stderr).toContain('utm_source is Facebook, and must be tiktok');
  });

  it('with --check says what is wrong and exits with 1, and with 0 where nothing is', async () => {
    const wrong = await kobi(['events', 'utm', 'https://shop.example.org/?utm_content=%5F%5FCID%5F%5F', '--check'], {});
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('which TikTok does not replace');
    const right = await kobi(['events', 'utm', `https://shop.example.org/?${RIGHT}`, '--check'], {});
    expect([right.code, right.stdout]).toEqual([0, 'every parameter is right']);
  });

  it('with --follow names the redirect at which the click id is lost', async () => {
    const settings = { KOBI_ALLOW_LOOPBACK: 'on' };
    const lost = await kobi(['events', 'utm', `${origin}/old`, '--follow'], settings);
    expect(lost.code).toBe(1);
    expect(lost.stdout).toContain('redirect 2 loses ttclid');
    expect(lost.stdout).toContain(`redirect 1 leads to ${origin}/lang?`);
    const kept = await kobi(['events', 'utm', `${origin}/kept`, '--follow'], settings);
    expect([kept.code, kept.stdout]).toEqual([0, expect.stringContaining('ttclid and every utm_* arrive')]);
    expect(await kobi(['events', 'utm', `${origin}/gone`, '--follow'], settings)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('HTTP 404'),
    });
  });

  it('follows nothing into our own network', async () => {
    const ran = await kobi(['events', 'utm', `${origin}/kept`, '--follow'], {});
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('may not be fetched');
  });

  it('refuses what is no address', async () => {
    expect(await kobi(['events', 'utm', 'shop.example.org'], {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no full address'),
    });
  });
});
