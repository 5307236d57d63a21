import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { resolve } from 'node:path';
import { serve } from '@hono/node-server';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { cors } from 'hono/cors';
import { html } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { z } from 'zod';
import { type CodecKeys, EncryptionCodec, parseCodecKeys } from './codec.js';

const COOKIE = 'kobi_codec';
const bytes = z.base64().transform((text) => Buffer.from(text, 'base64'));
const payloadsSchema = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), bytes).default({}), data: bytes.default(() => Buffer.alloc(0)) })),
});

/** Payloads in the JSON form that codec servers speak: bytes as base64. */
function toJson(payloads: Payload[]) {
  const text = (value: Uint8Array | null | undefined): string => Buffer.from(value ?? []).toString('base64');
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, text(value)])),
      data: text(data),
    })),
  };
}

function same(left: string, right: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function signedInPage(uiOrigins: readonly string[]) {
  const links = uiOrigins.map((origin) => html`<p><a href="${origin}">${origin}</a></p>`);
  return html`<!doctype html><html lang="en"><title>Codec</title><p>Signed in. This browser's Temporal UI can read payloads now:</p>${links}
    <p>A page of it that is open already needs a reload.</p></html>`;
}

export interface CodecServerOptions {
  readonly keys: CodecKeys;
  /** Whoever shows it may read and write payloads. */
  readonly token: string;
  /** Origins of the Temporal UI, such as `http://127.0.0.1:8233`; no other page may call. */
  readonly uiOrigins: readonly string[];
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** Any free one unless told. */
  readonly port?: number;
}

/**
 * The codec endpoint that the Temporal UI and CLI ask for readable payloads (`/decode`, `/encode`). The CLI shows the token as
 * `Authorization: Bearer`. The UI sends an Authorization header only when it signs people in itself, else only cookies
 * (its setting "include cross-origin credentials"), so `/sign-in` turns the token into a cookie. Give UI and codec the same host
 * name: the cookie does not cross sites.
 */
export function codecApp({ keys, token, uiOrigins }: CodecServerOptions): Hono {
  const codec: PayloadCodec = new EncryptionCodec(keys);
  const ticket = createHmac('sha256', token).update('kobi codec cookie').digest('base64url');
  const app = new Hono();
  const signedIn = (c: Context): boolean => {
    const [scheme, shown] = (c.req.header('authorization') ?? '').split(' ');
    return (scheme?.toLowerCase() === 'bearer' && same(shown ?? '', token)) || same(getCookie(c, COOKIE) ?? '', ticket);
  };

  app.use(secureHeaders({ referrerPolicy: 'no-referrer' }));
  app.get('/health', (c) => c.text('ok'));
  app.get('/sign-in', (c) => c.html(signInPage('')));
  app.post('/sign-in', bodyLimit({ maxSize: 4_096 }), async (c) => {
    const form = await c.req.parseBody();
    if (typeof form['token'] !== 'string' || !same(form['token'], token)) return c.html(signInPage('That is not the codec token.'), 401);
    const secure = uiOrigins.every((origin) => origin.startsWith('https:'));
    setCookie(c, COOKIE, ticket, { httpOnly: true, sameSite: 'Strict', secure, path: '/', maxAge: 30 * 24 * 3_600 });
    return c.html(signedInPage(uiOrigins));
  });

  const allowHeaders = ['Authorization', 'Authorization-Extras', 'Content-Type', 'X-Namespace'];
  app.use('/:direction{encode|decode}', cors({ origin: [...uiOrigins], credentials: true, allowMethods: ['POST'], allowHeaders }));
  app.post('/:direction{encode|decode}', bodyLimit({ maxSize: 16 * 1_024 * 1_024 }), async (c) => {
    if (!signedIn(c)) return c.json({ message: 'show the codec token: open /sign-in on this server, or send Authorization: Bearer' }, 401);
    const parsed = payloadsSchema.safeParse(await c.req.json().catch(() => null));
    if (!parsed.success) return c.json({ message: `not a list of payloads: ${z.prettifyError(parsed.error)}` }, 400);
    try {
      const { payloads } = parsed.data;
      return c.json(toJson(await (c.req.param('direction') === 'encode' ? codec.encode(payloads) : codec.decode(payloads))));
    } catch (error) {
      return c.json({ message: error instanceof Error ? error.message : String(error) }, 400);
    }
  });
  return app;
}

/** The token may stand behind `#` in the address: that part never leaves the browser by itself. */
function signInPage(fault: string) {
  return html`<!doctype html>
    <title>Codec sign-in</title>
    <form method="post" action="/sign-in">
      <p>${fault}</p>
      <label>Codec token <input name="token" type="password" autocomplete="off" required /></label>
      <button>Sign in</button>
    </form>
    <script>
      const field = document.querySelector('input');
      if (location.hash.length > 1) {
        field.value = decodeURIComponent(location.hash.slice(1));
        history.replaceState(null, '', '/sign-in');
        field.form.submit();
      }
    </script>`;
}

/**
 * Starts the codec endpoint, on loopback unless told.
 * @throws Error when the port is taken
 */
export async function startCodecServer(options: CodecServerOptions): Promise<{ url: string; signInUrl: string; stop(): Promise<void> }> {
  const host = options.host ?? '127.0.0.1';
  const { fetch } = codecApp(options);
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((done, fail) => {
    const started = serve({ fetch, hostname: host, port: options.port ?? 0 }, (info) => done({ server: started, port: info.port }));
    started.once('error', (error) =>
      fail(new Error(`the codec server cannot listen on ${host}:${options.port}: set KOBI_CODEC_PORT to a free port`, { cause: error })),
    );
  });
  const url = `http://${host}:${port}`;
  return {
    url,
    signInUrl: `${url}/sign-in#${encodeURIComponent(options.token)}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

const text = z.string('is not set').trim().min(1, 'is not set');
const environment = z.object({
  KOBI_CODEC_KEYS: text,
  KOBI_CODEC_TOKEN: text.min(16, 'has fewer than 16 characters'),
  KOBI_UI_ORIGIN: text.default('http://127.0.0.1:8233'),
  KOBI_CODEC_PORT: z.coerce.number().int().min(0).max(65_535).default(8081),
  KOBI_CODEC_HOST: text.default('127.0.0.1'),
});

async function main(): Promise<void> {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n');
    throw new Error(`the codec server's settings are not complete:\n${faults}\nset them as docs/operations.md says`);
  }
  const { data } = parsed;
  const server = await startCodecServer({
    keys: parseCodecKeys(data.KOBI_CODEC_KEYS),
    token: data.KOBI_CODEC_TOKEN,
    uiOrigins: data.KOBI_UI_ORIGIN.split(',').map((origin) => origin.trim().replace(/\/$/, '')),
    port: data.KOBI_CODEC_PORT,
    host: data.KOBI_CODEC_HOST,
  });
  process.stdout.write(`${JSON.stringify({ codec: server.url })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop());
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
