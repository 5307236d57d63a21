import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiDocument } from '../../src/web/api/api.js';
import { type Desk, startDesk } from '../web/desk.js';
import { document, text, validatorOf } from './documented.js';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

/** Every schema that the document holds, wherever it stands. */
function schemas(): Record<string, unknown>[] {
  const contents = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ parameters = [], requestBody, responses }) => [
      ...parameters.map(({ schema }) => schema),
      ...[requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}).map(({ schema }) => schema)),
    ]),
  );
  return [...contents, ...Object.values(document.components.schemas)];
}

describe('openapi/kobi.json', () => {
  it('is what the code makes (npx tsx scripts/openapi.ts writes it anew)', () => {
    expect(text).toBe(`${JSON.stringify(apiDocument(), null, 2)}\n`);
  });

  it('holds schemas that stand as JSON Schema 2020-12, the dialect of OpenAPI 3.1', () => {
    expect(schemas().length).toBeGreaterThan(100);
    for (const schema of schemas()) expect(() => validatorOf(schema)).not.toThrow();
  });

  it('demands an idempotency key of every POST, a path parameter wherever a path has one, and never says who acts', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
        const named = (where: string) => parameters.filter((each) => each.in === where && each.required).map(({ name }) => name);
        expect(named('header')).toEqual(method === 'post' ? ['Idempotency-Key'] : []);
        expect(named('path')).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
        expect(JSON.stringify(requestBody ?? {})).not.toContain('"actor"');
      }
    }
    expect(document.components.schemas['Decision']).toMatchObject({ additionalProperties: false });
  });
});

describe('at the desk', () => {
  it('is served as it is checked in, with a viewer that loads nothing from elsewhere and no inline script or style', async () => {
    const served = await fetch(`${desk.origin}/api/v1/openapi.json`);
    expect(await served.json()).toEqual(JSON.parse(text));
    const viewer = await fetch(`${desk.origin}/api/v1/docs`);
    const html = await viewer.text();
    expect(viewer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(html).not.toMatch(/<style|<script>|\son\w+=|style=/);
    const needed = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    for (const address of needed) {
      expect(address).toMatch(/^\/[^/]/);
      expect((await fetch(`${desk.origin}${address}`)).status, address).toBe(200);
    }
    const script = await (await fetch(`${desk.origin}/api/v1/docs/show-document.js`)).text();
    expect(script).toContain("url: '/api/v1/openapi.json'");
    expect(script).toContain('validatorUrl: null');
  });

  it('answers whatever else is asked below /api in the one shape of refusals', async () => {
    for (const [path, method] of [
      ['/api/v1/nothing', 'GET'],
      ['/api/v1/onboardings/alpine_school', 'DELETE'],
    ] as const) {
      const answer = await fetch(`${desk.origin}${path}`, { method });
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'no_such_endpoint', message: `there is no ${method} ${path}` });
    }
  });
});
