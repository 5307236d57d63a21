import { request } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { useSimulator } from './harness.js';
import { at, TikTokRequest } from './tiktok-request.js';

const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);
const as = (token: string): TikTokRequest => new TikTokRequest(() => simulator.apiUrl, token);
const BC = '7300000000000000001';

beforeEach(() => admin.reset());

describe('the envelope', () => {
  it('answers HTTP 200, also for a refusal, with a request id of its own', async () => {
    const [fine, refused] = [await tiktok.get('/bc/get/'), await tiktok.get('/bc/asset/get/')];
    expect(fine).toMatchObject({ status: 200, code: 0, message: 'OK' });
    expect(refused).toMatchObject({ status: 200, code: 40002, message: 'Missing required field(s): bc_id, asset_type.', data: {} });
    expect(fine.requestId).toMatch(/^\d{14}[0-9A-F]{20}$/);
    expect(fine.requestId).not.toBe(refused.requestId);
    expect((await admin.ledger()).map((line) => line.requestId)).toEqual([fine.requestId, refused.requestId]);
  });

  it.each([
    ['GET', '/bc/get', 404, '404 page not found'],
    ['GET', '/bc/no_such_thing/', 404, '404 page not found'],
    ['POST', '/bc/get/', 405, '405 method not allowed'],
    ['GET', '/bc/transfer/', 405, '405 method not allowed'],
  ])('%s %s fails before the API layer, as text', async (method, path, status, text) => {
    const response = await tiktok.raw(method, path, method === 'POST' ? '{}' : undefined);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(text);
    expect(await admin.ledger()).toMatchObject([{ method, path, httpStatus: status, code: null, committed: false }]);
  });

  it('ignores a body on GET, as clients of the documentation send one', async () => {
    const { port } = new URL(simulator.url);
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { 'access-token': 'sim-token-kobi-admin', 'content-type': 'application/json', 'content-length': '11' };
      const sent = request({ port, host: '127.0.0.1', path: '/open_api/v1.3/bc/get/', method: 'GET', headers }, (response) => {
        response.setEncoding('utf8');
        let body = '';
        response.on('data', (chunk: string) => (body += chunk)).on('end', () => resolve(body));
      });
      sent.on('error', reject).end('{"page":99}');
    });
    expect(JSON.parse(text)).toMatchObject({ code: 0, data: { page_info: { page: 1 } } });
  });
});

describe('parameters', () => {
  const transfer = { bc_id: BC, advertiser_id: '7300000000000000200', transfer_type: 'RECHARGE', cash_amount: 1 };
  it.each([
    ['a missing one', { advertiser_id: '1' }, 'Missing required field(s): bc_id, transfer_type.'],
    ['an empty one', { ...transfer, bc_id: '' }, 'Missing required field(s): bc_id.'],
    ['a number for an id', { ...transfer, bc_id: 7_300_000_000 }, 'bc_id: Not a valid string.'],
    ['a text for a number', { ...transfer, cash_amount: '1' }, 'cash_amount: Not a valid number.'],
    ['a negative amount', { ...transfer, cash_amount: -1 }, 'cash_amount: Must be greater than or equal to 0.'],
    ['an unknown constant', { ...transfer, transfer_type: 'GIFT' }, 'transfer_type: Must be one of RECHARGE, REFUND.'],
  ])('%s is refused with 40002 and its name', async (_what, body, message) => {
    expect(await tiktok.post('/bc/transfer/', body)).toMatchObject({ code: 40002, message, data: {} });
    expect(await admin.ledger('?committed=true')).toEqual([]);
  });

  it('a missing field inside an object is named with its path', async () => {
    const body = { bc_id: BC, advertiser_info: { name: 'A' }, customer_info: { company: 'Kobi GmbH', industry: 290303 } };
    const message = 'Missing required field(s): advertiser_info.currency, advertiser_info.timezone, customer_info.registered_area.';
    expect(await tiktok.post('/bc/advertiser/create/', body)).toMatchObject({ code: 40002, message });
  });

  it('a list in a query must be JSON', async () => {
    const answer = await (await tiktok.raw('GET', '/advertiser/info/?advertiser_ids=7300000000000000210')).json();
    expect(answer).toMatchObject({ code: 40002, message: 'advertiser_ids: Not a valid list.' });
  });

  it('a body that is not JSON is refused', async () => {
    const answer = await (await tiktok.raw('POST', '/bc/transfer/', '{"bc_id":')).json();
    expect(answer).toMatchObject({ code: 40002, message: 'The request body is not valid JSON.' });
  });

  it('an unknown one changes nothing about the answer but is listed for the test, also when the request is refused', async () => {
    expect((await tiktok.get('/bc/get/', { bcid: BC })).code).toBe(0);
    expect((await tiktok.post('/bc/advertiser/create/', { bc_id: BC, advertiser_info: { nmae: 'A' } })).code).toBe(40002);
    expect(await admin.violations()).toMatchObject([
      { path: '/bc/get/', method: 'GET', field: 'bcid' },
      { path: '/bc/advertiser/create/', method: 'POST', field: 'advertiser_info.nmae' },
    ]);
    await admin.reset();
    expect(await admin.violations()).toEqual([]);
  });
});

describe('tokens', () => {
  it.each([
    ['', 40104, 'Access token is null, you should set it in http header with key Access-Token.'],
    ['no-such-token', 40105, 'Access token is incorrect or has been revoked.'],
    ['sim-token-kobi-revoked', 40105, 'Access token is incorrect or has been revoked.'],
    ['sim-token-kobi-no-money', 40130, 'The access token does not have the required scope.'],
  ])('"%s" is refused with %i', async (token, code, message) => {
    expect(await as(token).get('/bc/balance/get/', { bc_id: BC })).toMatchObject({ status: 200, code, message, data: {} });
  });

  it('the ledger never shows one', async () => {
    const app = { app_id: '7300000000000000900', secret: 'sim-secret' };
    await tiktok.post('/oauth2/access_token/', { ...app, auth_code: 'sim-auth-code-kobi' });
    const text = JSON.stringify(await admin.ok('GET', 'ledger'));
    for (const secret of ['sim-token', 'sim-secret', 'sim-auth-code']) expect(text).not.toContain(secret);
  });

  it('an auth code works once', async () => {
    const body = { app_id: '7300000000000000900', secret: 'sim-secret', auth_code: 'sim-auth-code-kobi' };
    expect((await tiktok.post('/oauth2/access_token/', body)).text).toMatch(/"scope":\[.*7224195155857866754.*\]/);
    expect(await tiktok.post('/oauth2/access_token/', body)).toMatchObject({ code: 40110 });
    expect(await tiktok.post('/oauth2/access_token/', { ...body, secret: 'other' })).toMatchObject({ code: 40101 });
  });
});

describe('paging', () => {
  const members = async (fields: object = {}): Promise<unknown> => (await tiktok.get('/bc/member/get/', { bc_id: BC, ...fields })).data;

  it('starts at 1 with ten rows and says how many there are', async () => {
    const emails = Array.from({ length: 11 }, (_, index) => `person-${index}@example.org`);
    await tiktok.post('/bc/member/invite/', { bc_id: BC, emails });
    const first = await members();
    expect(first).toMatchObject({ page_info: { page: 1, page_size: 10, total_number: 14, total_page: 2 } });
    expect(at(first, 'list')).toHaveLength(10);
    expect(at(await members({ page: 2 }), 'list')).toHaveLength(4);
    expect(await members({ page: 3 })).toMatchObject({ list: [], page_info: { total_number: 14 } });
  });

  it.each([
    [{ page_size: 51 }, 'page_size: Must be less than or equal to 50.'],
    [{ page_size: 0 }, 'page_size: Must be greater than or equal to 1.'],
    [{ page: 0 }, 'page: Must be greater than or equal to 1.'],
    [{ page: 1.5 }, 'page: Not a valid integer.'],
  ])('refuses %o', async (fields, message) => {
    expect(await tiktok.get('/bc/member/get/', { bc_id: BC, ...fields })).toMatchObject({ code: 40002, message });
  });
});
