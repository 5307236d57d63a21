import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { adminRoutes } from '../../simulator/admin.js';
import { openApiDocument } from '../../simulator/openapi.js';
import { reachableAccount } from './accounts.js';
import { useSimulator } from './harness.js';
import { TikTokRequest } from './tiktok-request.js';

const content = z.strictObject({ 'application/json': z.strictObject({ schema: z.record(z.string(), z.unknown()) }) });
const operation = z.strictObject({
  summary: z.string().min(1),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['query', 'path']),
        required: z.boolean(),
        description: z.string().optional(),
        schema: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.literal(true), content }).optional(),
  responses: z
    .record(z.string().regex(/^[1-5]\d\d$/), z.strictObject({ description: z.string().min(1), content }))
    .refine((responses) => '200' in responses, 'no answer for 200'),
});
/** The part of OpenAPI 3.1 that the file uses. */
const openApi = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'delete']), operation)),
});

const file: unknown = JSON.parse(readFileSync('simulator/openapi.json', 'utf8'));
const document = openApi.parse(file);
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);

const simulator = useSimulator();
const { admin } = simulator;
const tiktok = new TikTokRequest(() => simulator.apiUrl);

function operationAt(method: string, path: string): z.output<typeof operation> {
  const template = Object.keys(document.paths).find((key) => new RegExp(`^${key.replace(/\{\w+\}/, '[^/]+')}$`).test(path)) ?? '';
  const found = Object.entries(document.paths[template] ?? {}).find(([name]) => name === method.toLowerCase())?.[1];
  if (found === undefined) throw new Error(`the file does not describe ${method} ${path}`);
  return found;
}

/** What the schema has against a value; empty when it fits. */
function objections(schema: Record<string, unknown>, value: unknown): unknown[] {
  const validate = ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []);
}

describe('simulator/openapi.json', () => {
  it('is what the code says; else run: npm run --silent simulator -- --openapi > simulator/openapi.json', () => {
    expect(file).toEqual(JSON.parse(JSON.stringify(openApiDocument)));
  });

  it('is OpenAPI 3.1 with schemas that compile and path parameters that are declared', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const { parameters = [], requestBody, responses } of Object.values(operations)) {
        const inPath = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => `{${parameter.name}}`);
        expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
        const bodies = [requestBody?.content, ...Object.values(responses).map((response) => response.content)];
        const schemas = bodies.flatMap((body) => (body === undefined ? [] : [body['application/json'].schema]));
        for (const schema of [...schemas, ...parameters.map((parameter) => parameter.schema)]) ajv.compile(schema);
      }
    }
  });

  it('describes every route of the admin API', () => {
    const parts: Parameters<typeof adminRoutes>[0] = Object.create(null);
    const served = adminRoutes(parts).routes.map(({ method, path }) => `${method} /_sim${path.replace(/:(\w+)/, '{$1}')}`);
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual([...new Set(served)].sort());
  });
});

const advertiser = 'kobi_school_tiktok';
describe('every admin route answers by its schema', () => {
  it.each<[method: string, path: string, status: number, body?: object]>([
    ['POST', 'settings', 200, { answerDelayMs: 0, rateLimit: { qps: 100 }, endpointRateLimits: { '/bc/get/': 'off' } }],
    ['POST', 'settings', 400, { rateLimit: 'sometimes' }],
    ['GET', 'settings', 200],
    ['POST', 'faults', 200, { endpoint: '/user/info/', fault: 'code=50000', times: null }],
    ['POST', 'faults', 400, { endpoint: '/user/info/', fault: 'explode' }],
    ['GET', 'faults', 200],
    ['DELETE', 'faults/99', 404],
    ['DELETE', 'faults/1', 200],
    ['DELETE', 'faults', 200],
    ['GET', 'ledger', 200],
    ['GET', 'ledger?summary=true', 200],
    ['GET', 'ledger?path=/bc/get/&mutation=false&committed=false&code=0&since=0&limit=5', 200],
    ['GET', 'ledger?patch=/bc/get/', 400],
    ['GET', 'events', 200],
    ['GET', 'events?pixel=C4A1B2C3D4E5F6G7H8I0&event_id=order-1&limit=5', 200],
    ['GET', 'events?pixl=C4A1B2C3D4E5F6G7H8I0', 400],
    ['GET', 'violations', 200],
    ['GET', 'state', 200],
    ['GET', 'clock', 200],
    ['POST', 'clock', 200, { advanceMs: 1000, scale: 1 }],
    ['POST', 'clock', 400, { advanceMs: -1 }],
    ['POST', 'people', 200, { action: 'approve-review', advertiser }],
    ['POST', 'people', 400, { action: 'applaud' }],
    ['POST', 'people', 404, { action: 'approve-review', advertiser: 'nobody' }],
    ['GET', 'openapi.json', 200],
    ['POST', 'seed', 200, { timings: { reviewDelaySeconds: 5 } }],
    ['POST', 'seed', 400, { businessCentres: [] }],
    ['POST', 'reset', 200],
  ])('%s /_sim/%s answers %i', async (method, path, status, body) => {
    await reachableAccount(tiktok, advertiser);
    await tiktok.get('/user/info/', { nosuch: '1' });
    const described = operationAt(method, `/_sim/${path.split('?')[0] ?? ''}`);
    const request = described.requestBody?.content['application/json'].schema;
    if (status === 200 && request !== undefined) expect(objections(request, body)).toEqual([]);
    const answer = await admin.request(method, path, body);
    expect(answer.status).toBe(status);
    const schema = described.responses[String(status)]?.content['application/json'].schema;
    expect(schema).toBeDefined();
    expect(objections(schema ?? {}, answer.json)).toEqual([]);
  });

  it('a body that is not JSON is refused', async () => {
    const response = await fetch(`${simulator.url}/_sim/clock`, { method: 'POST', body: '{' });
    expect([response.status, await response.json()]).toEqual([400, { error: 'the body is not JSON' }]);
  });

  it('hides the tokens', async () => {
    expect(JSON.stringify(await admin.ok('GET', 'state'))).not.toContain('sim-token');
  });
});
