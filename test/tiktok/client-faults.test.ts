import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { afterReading, answeredBy, clientOf, envelope, failureOf, json, TRANSFER } from './answering.js';

const PAGE = '<!DOCTYPE html><html><body>Please try again later.</body></html>';
const OK = JSON.stringify({ code: 0, message: 'OK', request_id: 'r', data: { transaction_infos: [{ transaction_id: '1' }] } });

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a transfer whose answer is no answer may have happened', () => {
  const spoiled = [
    { name: 'an HTML page with HTTP 200', status: 200, text: PAGE, class: 'bad_answer' },
    { name: 'JSON cut in the middle', status: 200, text: OK.slice(0, -20), class: 'bad_answer' },
    { name: 'nothing at all', status: 200, text: '', class: 'bad_answer' },
    { name: 'JSON that is no envelope', status: 200, text: '{"status":"ok"}', class: 'bad_answer' },
    { name: 'success with HTTP 206', status: 206, text: OK, class: 'bad_answer' },
    { name: 'HTTP 502', status: 502, text: PAGE, class: 'unavailable' },
    { name: 'HTTP 504', status: 504, text: '', class: 'unavailable' },
    { name: 'HTTP 408', status: 408, text: '', class: 'unavailable' },
    { name: 'HTTP 429', status: 429, text: 'slow down', class: 'rate_limited' },
  ] as const;
  it.each(spoiled)('$name', async ({ status, text, class: errorClass }) => {
    const { client } = await answeredBy(afterReading((_request, response) => response.writeHead(status).end(text)));
    const error = await failureOf(client.bcTransfer(TRANSFER));
    expect(error).toMatchObject({
      class: errorClass,
      certainty: 'unknown',
      irreversible: true,
      endpoint: '/bc/transfer/',
      httpStatus: status,
    });
    expect(error.message).not.toContain('Please try again');
  });

  it('the connection is reset after the request', async () => {
    const { client, observed } = await answeredBy(afterReading((request) => request.socket.resetAndDestroy()));
    const error = await failureOf(client.bcTransfer(TRANSFER));
    expect(error).toMatchObject({ class: 'unavailable', certainty: 'unknown' });
    expect(observed).toEqual([expect.objectContaining({ endpoint: '/bc/transfer/', code: 'unavailable' })]);
  });

  it('the connection ends within the answer', async () => {
    const { client } = await answeredBy(
      afterReading((_request, response) => {
        response.writeHead(200, { 'content-length': OK.length });
        response.write(OK.slice(0, 20), () => response.destroy());
      }),
    );
    expect(await failureOf(client.bcTransfer(TRANSFER))).toMatchObject({ class: 'unavailable', certainty: 'unknown' });
  });

  it('a drip that never ends is cut at the deadline, although bytes keep coming', async () => {
    const { client } = await answeredBy(
      afterReading((_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(drip));
      }),
      { deadlineMs: 150 },
    );
    const error = await failureOf(client.bcTransfer(TRANSFER));
    expect(error).toMatchObject({ class: 'unavailable', certainty: 'unknown' });
    expect(error.message).toContain('150 ms');
  });

  it('an answer larger than 8 MiB is not read to its end', async () => {
    const { client } = await answeredBy(
      afterReading((_request, response) => response.writeHead(200).end(Buffer.alloc(9 * 1024 * 1024, 32))),
    );
    expect(await failureOf(client.bcTransfer(TRANSFER))).toMatchObject({ class: 'bad_answer', certainty: 'unknown' });
  });

  it('the caller gives up while TikTok works', async () => {
    const controller = new AbortController();
    const { client } = await answeredBy(afterReading(() => controller.abort()));
    expect(await failureOf(client.bcTransfer(TRANSFER, { signal: controller.signal }))).toMatchObject({
      class: 'cancelled',
      certainty: 'unknown',
    });
  });

  it('a redirect is not followed, for the token would go with it', async () => {
    let elsewhere = 0;
    const { client } = await answeredBy(
      afterReading((request, response) => {
        if (request.url?.startsWith('/elsewhere')) elsewhere += 1;
        response.writeHead(307, { location: '/elsewhere' }).end();
      }),
    );
    expect(await failureOf(client.bcTransfer(TRANSFER))).toMatchObject({ class: 'bad_answer', certainty: 'unknown', httpStatus: 307 });
    expect(elsewhere).toBe(0);
  });
});

describe('a transfer that certainly did not happen', () => {
  it('nobody listens', async () => {
    const client = clientOf(`http://127.0.0.1:${await closedPort()}/open_api/v1.3/`);
    expect(await failureOf(client.bcTransfer(TRANSFER))).toMatchObject({ class: 'unavailable', certainty: 'unsent' });
  });

  it('the name does not resolve', async () => {
    const client = clientOf('http://tiktok.invalid/open_api/v1.3');
    expect(await failureOf(client.bcTransfer(TRANSFER))).toMatchObject({ class: 'unavailable', certainty: 'unsent' });
  });

  it('the caller gave up before', async () => {
    let requests = 0;
    const { client } = await answeredBy((_request, response) => {
      requests += 1;
      response.end(OK);
    });
    expect(await failureOf(client.bcTransfer(TRANSFER, { signal: AbortSignal.abort() }))).toMatchObject({
      class: 'cancelled',
      certainty: 'unsent',
    });
    expect(requests).toBe(0);
  });

  it('the path is refused before the API', async () => {
    const { client } = await answeredBy((_request, response) => response.writeHead(404).end('404 page not found'));
    expect(await failureOf(client.bcTransfer(TRANSFER))).toMatchObject({ class: 'bad_answer', certainty: 'refused', httpStatus: 404 });
  });

  it("our token's store fails", async () => {
    const { client } = await answeredBy(json(OK), { accessToken: () => Promise.reject(new Error('the store is away')) });
    await expect(client.bcTransfer(TRANSFER)).rejects.toMatchObject({ name: 'NotSent', cause: { message: 'the store is away' } });
  });
});

describe("TikTok's codes", () => {
  const cases = [
    { code: 40_002, class: 'bad_input', certainty: 'refused' },
    { code: 40_100, class: 'rate_limited', certainty: 'refused' },
    { code: 40_105, class: 'token', certainty: 'refused' },
    { code: 20_001, class: 'partial', certainty: 'unknown' },
    { code: 40_050, class: 'conflict', certainty: 'unknown' },
    { code: 50_000, class: 'retry_later', certainty: 'unknown' },
    { code: 51_010, class: 'unknown_outcome', certainty: 'unknown' },
    { code: 77_777, class: 'unknown_code', certainty: 'unknown' },
  ] as const;
  it.each(cases)('$code is $class, $certainty', async ({ code, class: errorClass, certainty }) => {
    const { client, observed } = await answeredBy(envelope(code, 'as TikTok says'));
    const error = await failureOf(client.bcTransfer(TRANSFER));
    expect(error).toMatchObject({
      class: errorClass,
      certainty,
      tiktokCode: code,
      tiktokMessage: 'as TikTok says',
      requestId: '20261120010101ABC',
    });
    expect(observed).toEqual([expect.objectContaining({ endpoint: '/bc/transfer/', code, requestId: '20261120010101ABC' })]);
  });

  it('a code outranks the HTTP status', async () => {
    const { client } = await answeredBy((_request, response) =>
      response.writeHead(401).end('{"code":40104,"message":"Access token is null","request_id":"r","data":{}}'),
    );
    expect(await failureOf(client.userInfo())).toMatchObject({ class: 'token', certainty: 'refused', tiktokCode: 40_104 });
  });

  it('a missing scope is named', async () => {
    const { client } = await answeredBy(envelope(40_130, 'No permission'));
    expect((await failureOf(client.bcTransfer(TRANSFER))).message).toContain('scope 152');
  });
});

describe('what we rely on in an answer', () => {
  it('keeps ids that come as bare numbers of 19 digits', async () => {
    const { client } = await answeredBy(
      json('{"code":0,"message":"OK","request_id":"r","data":{"transaction_infos":[{"transaction_id":7300000000000000123}]}}'),
    );
    expect(await client.bcTransfer(TRANSFER)).toEqual({ transaction_infos: [{ transaction_id: '7300000000000000123' }] });
  });

  it('tolerates fields that it does not know, and drops them', async () => {
    const { client } = await answeredBy(envelope(0, 'OK', { catalog_id: '1', added_last_week: [1] }));
    const made = await client.catalogCreate({
      bc_id: '1',
      name: 'n',
      catalog_type: 'ECOM',
      catalog_conf: { region_code: 'DE', currency: 'EUR' },
    });
    expect(made).toEqual({ catalog_id: '1' });
  });

  it('names the field that is missing, and what was made may exist', async () => {
    const { client } = await answeredBy(envelope(0, 'OK', { transaction_infos: [{ transaction_id: '1' }, {}] }));
    const error = await failureOf(client.bcTransfer(TRANSFER));
    expect(error.message).toContain('data.transaction_infos.1.transaction_id');
    expect(error).toMatchObject({ class: 'bad_answer', certainty: 'unknown', tiktokCode: 0, requestId: '20261120010101ABC' });
  });

  it('reads the list of one with which a video upload is answered', async () => {
    const { client } = await answeredBy(afterReading(envelope(0, 'OK', [{ video_id: 'v1' }])));
    const upload = { advertiser_id: '1', file_name: 'a.mp4', path: import.meta.filename, md5: '0'.repeat(32) };
    expect(await client.videoUpload(upload)).toEqual({ video_id: 'v1' });
  });

  it('says which file cannot be read, and sends nothing', async () => {
    const { client, observed } = await answeredBy(envelope(0, 'OK'));
    const upload = { advertiser_id: '1', file_name: 'spot.mp4', path: `${import.meta.dirname}/absent.mp4`, md5: '0'.repeat(32) };
    const error = await failureOf(client.videoUpload(upload));
    expect(error).toMatchObject({ class: 'bad_input', certainty: 'unsent' });
    expect(error.message).toContain('spot.mp4');
    expect(observed).toEqual([]);
  });
});

describe('what TikTok receives', () => {
  it('puts lists and objects of a GET into the query as JSON, and the token into its header', async () => {
    const seen: { url: string; token: unknown }[] = [];
    const { client } = await answeredBy((request, response) => {
      seen.push({ url: request.url ?? '', token: request.headers['access-token'] });
      envelope(0, 'OK', { qualifications: [], page_info: { page: 1, total_page: 1 } })(request, response);
    });
    await client.qualificationGet({ bc_id: '7300000000000000001', filtering: { verified: true }, page: 1, page_size: 100 });
    const url = new URL(seen[0]?.url ?? '', 'http://tiktok');
    expect(url.pathname).toBe('/open_api/v1.3/bc/advertiser/qualification/get/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      bc_id: '7300000000000000001',
      filtering: '{"verified":true}',
      page: '1',
      page_size: '100',
    });
    expect(seen[0]?.token).toBe('token-that-must-never-leak');
  });

  it('sends each call once, whatever comes back', async () => {
    let requests = 0;
    const { client } = await answeredBy((_request, response) => {
      requests += 1;
      response.writeHead(503).end();
    });
    await failureOf(client.bcBalance({ bc_id: '1' }));
    await sleep(50);
    expect(requests).toBe(1);
  });

  it('a read on a kept connection that TikTok closes at that moment is sent again on a fresh one, anything else is not', async () => {
    const seen = new Map<Socket, number>();
    const { client, observed } = await answeredBy((request, response) => {
      const before = seen.get(request.socket) ?? 0;
      seen.set(request.socket, before + 1);
      if (before > 0) request.socket.destroy();
      else envelope(0, 'OK', { core_user_id: '1' })(request, response);
    });
    await client.userInfo();
    await expect(client.userInfo()).resolves.toMatchObject({ userId: '1' });
    expect([...seen.values()]).toEqual([2, 1]);
    expect(observed.map(({ code }) => code)).toEqual([0, 0]);

    await client.userInfo();
    const assigned = client.assetUnassign({ bc_id: '1', user_id: '2', asset_type: 'ADVERTISER', asset_id: '3' });
    expect(await failureOf(assigned)).toMatchObject({ class: 'unavailable', certainty: 'unknown' });
  });

  it('a read that no connection brings through is sent twice at the most', async () => {
    let requests = 0;
    const { client } = await answeredBy((request, response) => {
      requests += 1;
      if (requests > 1) request.socket.destroy();
      else envelope(0, 'OK', { core_user_id: '1' })(request, response);
    });
    await client.userInfo();
    expect(await failureOf(client.userInfo())).toMatchObject({ class: 'unavailable' });
    expect(requests).toBe(3);
  });

  it('asks for the token before each call, so that a new one is used at once', async () => {
    const tokens: unknown[] = [];
    let current = 'first-token';
    const { client } = await answeredBy(
      (request, response) => {
        tokens.push(request.headers['access-token']);
        envelope(0, 'OK', { core_user_id: '1' })(request, response);
      },
      { accessToken: () => Promise.resolve(current) },
    );
    await client.userInfo();
    current = 'second-token';
    await client.userInfo();
    expect(tokens).toEqual(['first-token', 'second-token']);
  });
});
