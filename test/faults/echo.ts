import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What somebody between us and TikTok makes of one request: each gives back, or breaks off, with all that we sent. */
export const ECHOES = ['refused', 'unavailable', 'error_page', 'cut_json', 'broken'] as const;
export type Echo = (typeof ECHOES)[number];

/** Begins every answer that repeats a request. */
export const MARK = 'somebody repeats:';

export interface EchoingWay {
  /** Base of every address behind it. */
  readonly url: string;
  /** Where requests go that nobody disturbs. */
  target: string;
  /** Disturbs the next request to a path below `/open_api/v1.3`; several wait for their turn. */
  disturb(path: string, echo: Echo): void;
  /** Disturbances that no request has met yet, as `path echo`. */
  waiting(): string[];
  close(): Promise<void>;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) if (Buffer.isBuffer(part)) parts.push(part);
  return Buffer.concat(parts);
}

function answer(echo: Echo, sent: string, response: ServerResponse): void {
  const said = `${MARK} ${sent}`;
  const envelope = (code: number) => JSON.stringify({ code, message: said, request_id: '20260301000000AAAA', data: {} });
  switch (echo) {
    case 'refused':
    case 'unavailable':
      response.writeHead(200, { 'content-type': 'application/json' }).end(envelope(echo === 'refused' ? 40_002 : 50_000));
      return;
    case 'error_page':
      response.writeHead(502, { 'content-type': 'text/html' }).end(`<!doctype html><title>${said}</title>`);
      return;
    case 'cut_json':
      response.writeHead(200, { 'content-type': 'application/json' }).end(envelope(0).slice(0, -10));
      return;
    case 'broken':
      response.socket?.resetAndDestroy();
  }
}

/** A way to TikTok that repeats whole requests, tokens and bodies included, where it is told to. */
export async function echoingWay(): Promise<EchoingWay> {
  const disturbances: { path: string; echo: Echo }[] = [];
  const way = { target: '' };
  const server = createServer((incoming, response) => {
    void bodyOf(incoming).then((body) => {
      const { method = 'GET', url = '/', headers } = incoming;
      const next = disturbances.findIndex(({ path }) => new URL(url, 'http://localhost').pathname.endsWith(`/v1.3${path}`));
      const [disturbance] = next < 0 ? [] : disturbances.splice(next, 1);
      if (disturbance) {
        const sent = { 'Access-Token': headers['access-token'], url, body: body.toString('utf8').slice(0, 2_000), headers };
        answer(disturbance.echo, JSON.stringify(sent), response);
        return;
      }
      const onward = request(new URL(url, way.target), { method, headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the way to TikTok got no port');
  return Object.assign(way, {
    url: `http://127.0.0.1:${address.port}`,
    disturb: (path: string, echo: Echo) => void disturbances.push({ path, echo }),
    waiting: () => disturbances.map(({ path, echo }) => `${path} ${echo}`),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
