import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EncryptionCodec, parseCodecKeys } from '../../src/temporal/codec.js';
import { startCodecServer } from '../../src/temporal/codec-server.js';

const TOKEN = 'not-a-real-codec-token';
const UI = 'http://127.0.0.1:8233';
const keys = parseCodecKeys(`k1:${randomBytes(32).toString('base64')}`);
let server: Awaited<ReturnType<typeof startCodecServer>>;
let secret: string;

beforeAll(async () => {
  server = await startCodecServer({ keys, token: TOKEN, uiOrigins: [UI] });
  const [payload] = await new EncryptionCodec(keys).encode([
    { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"Sunny School"') },
  ]);
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const metadata = Object.fromEntries(Object.entries(payload?.metadata ?? {}).map(([name, value]) => [name, base64(value)]));
  secret = JSON.stringify({ payloads: [{ metadata, data: base64(payload?.data) }] });
});
afterAll(() => server.stop());

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const bearer = { authorization: `Bearer ${TOKEN}` };

describe('whoever shows the token', () => {
  it('reads a payload', async () => {
    const response = await post('/decode', secret, { ...bearer, 'x-namespace': 'default' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      payloads: [
        { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: Buffer.from('"Sunny School"').toString('base64') },
      ],
    });
  });

  it('writes one that reads back the same', async () => {
    const body = JSON.stringify({ payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'IngI' }] });
    const encoded = await (await post('/encode', body, bearer)).text();
    expect(encoded).not.toContain('IngI');
    expect(await (await post('/decode', encoded, bearer)).json()).toEqual(JSON.parse(body));
  });

  it('may show it in the sign-in form once, and then only a cookie that is not the token', async () => {
    const form = await fetch(`${server.url}/sign-in`, { method: 'POST', body: new URLSearchParams({ token: TOKEN }) });
    const cookie = form.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain(TOKEN);
    expect(await form.text()).toContain(`<a href="${UI}">`);
    expect((await post('/decode', secret, { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });
});

describe('whoever does not', () => {
  it.each([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer not-the-codec-token' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an invented cookie', { cookie: `kobi_codec=${TOKEN}` }],
  ])('is refused with %s', async (_what, headers) => {
    const response = await post('/decode', secret, headers);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('Sunny');
  });

  it('is refused by the form, without a cookie', async () => {
    const form = await fetch(`${server.url}/sign-in`, { method: 'POST', body: new URLSearchParams({ token: 'wrong' }) });
    expect(form.status).toBe(401);
    expect(form.headers.get('set-cookie')).toBeNull();
  });
});

it('lets only the pages of the UI call it, with their cookie', async () => {
  const preflight = (origin: string) =>
    fetch(`${server.url}/decode`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-namespace' },
    });
  const allowed = await preflight(UI);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(UI);
  expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
  expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('x-namespace');
  expect((await preflight('http://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

it.each([['not json'], ['{}'], ['{"payloads":[{"data":"not base64!"}]}']])('names what is wrong with %s', async (body) => {
  const response = await post('/decode', body, bearer);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('not a list of payloads');
});

it('says that a payload was changed', async () => {
  const changed = secret.replace(/"data":"(.)/, (_all, first: string) => `"data":"${first === 'A' ? 'B' : 'A'}`);
  const response = await post('/decode', changed, bearer);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('it was changed');
});
