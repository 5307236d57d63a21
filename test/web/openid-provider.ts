import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import { type Browser, browserOf } from './desk.js';

export const CLIENT = { id: 'kobi-desk', secret: 'visibly-fake-client-secret-for-tests-only' } as const;

/** A real OpenID provider on loopback, with a page of its own on which people say who they are. */
export interface OpenIdProvider {
  readonly issuer: string;
  /** Claims by the name that somebody types on the provider's page; a change counts from the next sign-in on. */
  readonly accounts: Map<string, Record<string, unknown>>;
  /** A browser as the provider sees it. */
  browser(): Browser;
  /** Stops answering: connections are refused. */
  stop(): Promise<void>;
  /** Answers again, at the same address. */
  start(): Promise<void>;
}

async function fieldsOf(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return new URLSearchParams(body);
}

/** Starts a provider at a port, which knows one client: the desk at `origin`. */
export async function startProvider(port: number, origin: string, idTokenLastsSeconds = 600): Promise<OpenIdProvider> {
  const issuer = `http://127.0.0.1:${port}`;
  const accounts = new Map<string, Record<string, unknown>>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${origin}/sign-in/callback`],
        post_logout_redirect_uris: [`${origin}/sign-in`],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }] },
    cookies: { keys: ['visibly-fake-cookie-key'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
    ttl: { IdToken: idTokenLastsSeconds, Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, AuthorizationCode: 60 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...accounts.get(sub), sub }) }),
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId ?? '',
        accountId: context.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const interaction = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      await provider.interactionDetails(request, response);
      response.setHeader('content-type', 'text/html');
      response.end('<form method="post"><input name="login"><button>Continue</button></form>');
      return;
    }
    const login = (await fieldsOf(request)).get('login') ?? '';
    const result = login === 'nobody' ? { error: 'access_denied', error_description: '<b>no</b>' } : { login: { accountId: login } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  };
  const listening = (): Promise<ReturnType<typeof createServer>> =>
    new Promise((resolve) => {
      const server = createServer((request, response) => {
        if (request.url?.startsWith('/interaction/')) void interaction(request, response);
        else void answer(request, response);
      });
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  let server: Awaited<ReturnType<typeof listening>> | undefined = await listening();
  return {
    issuer,
    accounts,
    browser: () => browserOf(issuer),
    async stop() {
      const running = server;
      server = undefined;
      running?.closeAllConnections();
      await new Promise((resolve) => (running ? running.close(resolve) : resolve(undefined)));
    },
    async start() {
      server ??= await listening();
    },
  };
}

/** Path and query of an address, for a browser that knows its server. */
export function pathOf(address: string | null): string {
  const { pathname, search } = new URL(address ?? '', 'http://nowhere.invalid');
  return `${pathname}${search}`;
}

/** Walks from the provider's authorization address to where it leads back, typing a name where it asks for one. */
export async function walk(browser: Browser, origin: string, address: string, login: string): Promise<string> {
  let next = address;
  for (let step = 0; step < 8; step += 1) {
    if (next.startsWith(origin)) return pathOf(next);
    const path = pathOf(next);
    const seen = await browser.get(path);
    const answer = seen.status === 200 ? await browser.post(path, { login }) : seen;
    next = answer.headers.get('location') ?? '';
    if (next === '') throw new Error(`the provider leads nowhere: ${answer.status} ${await answer.text()}`);
  }
  throw new Error('the provider leads in a circle');
}
