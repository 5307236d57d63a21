import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';

const schema = z.record(z.string(), z.unknown());
const media = z.record(z.string(), z.strictObject({ schema }));
const operation = z.strictObject({
  summary: z.string().min(1),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['query', 'path', 'header']),
        required: z.boolean(),
        description: z.string().optional(),
        schema,
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.literal(true), content: media }).optional(),
  responses: z
    .record(z.string().regex(/^[245]\d\d$/), z.strictObject({ description: z.string().min(1), content: media }))
    .refine((responses) => '200' in responses, 'no answer for 200'),
});

/** The part of OpenAPI 3.1 that the document uses; anything else is refused. */
const openApi = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.string() })).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))).min(1),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
    ),
    schemas: z.record(z.string(), schema),
    parameters: z.strictObject({}),
  }),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post']), operation)),
  webhooks: z.strictObject({}),
});

export const FILE = 'openapi/kobi.json';
export const text = readFileSync(FILE, 'utf8');
/** The document as it is checked in. */
export const document = openApi.parse(JSON.parse(text));

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
// OpenAPI's own words beside JSON Schema's.
ajv.addVocabulary(['example', 'components']);
ajv.addSchema({ $id: 'kobi', components: document.components });

const compiled = new Map<string, ValidateFunction>();

/** A schema of the document, compiled; what it refers to is found in the document. */
export function validatorOf(wanted: Record<string, unknown>): ValidateFunction {
  const name = JSON.stringify(wanted);
  const known = compiled.get(name);
  if (known) return known;
  const validate = ajv.compile(JSON.parse(name.replaceAll('"#/components/', '"kobi#/components/')));
  compiled.set(name, validate);
  return validate;
}

/**
 * What the document has against an answer; empty when the answer is as it says.
 * @param path below `/api/v1`, without the query
 */
export function objections(method: string, path: string, status: number, type: string, body: unknown): unknown[] {
  const template = Object.keys(document.paths)
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
    .find((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
  const described = Object.entries(document.paths[template ?? ''] ?? {}).find(([name]) => name === method.toLowerCase())?.[1];
  if (!described) return [`the document does not know ${method} ${path}`];
  const answer = described.responses[String(status)];
  if (!answer) return [`the document does not know that ${method} ${path} answers ${status}`];
  const content = answer.content[type.split(';')[0] ?? ''];
  if (!content) return [`the document does not know that ${method} ${path} answers ${status} as ${type}`];
  const validate = validatorOf(content.schema);
  return validate(body) ? [] : (validate.errors ?? ['wrong']);
}
