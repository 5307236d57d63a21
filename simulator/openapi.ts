import { z } from 'zod';
import { faultRequest } from './faults.js';
import { personAction } from './people.js';
import { seedRequest } from './seed-request.js';

const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const okAnswer = (description: string): object => ({
  '200': { description, ...json({ type: 'object' }) },
  '400': { description: 'the request is malformed; `issues` names each fault', ...json({ type: 'object' }) },
});
const body = (schema: z.ZodType): object => ({
  required: true,
  ...json(z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0' })),
});
const query = (name: string, type: string, description: string): object => ({
  name, in: 'query', required: false, description, schema: { type },
});

/** The admin API in OpenAPI 3, made from the same schemas that check the requests. */
export const openApiDocument = {
  openapi: '3.0.3',
  info: {
    title: 'TikTok Business API simulator: admin API',
    version: '1.0.0',
    description: 'Looks behind the counter of the simulator and plays the people on the other side. Never part of TikTok.',
  },
  paths: {
    '/_sim/ledger': {
      get: {
        summary: 'Every request since the last reset, oldest first',
        parameters: [
          query('path', 'string', 'path below /open_api/v1.3, exact'),
          query('mutation', 'boolean', 'calls that can change state'),
          query('committed', 'boolean', 'calls that did change state, whatever was answered'),
          query('advertiser', 'string', 'advertiser id'),
          query('tenant', 'string', 'tenant slug: requests that carry or touch a name kobi_<slug>_…'),
          query('code', 'integer', 'body code answered'),
          query('since', 'integer', 'sequence after which entries are given'),
          query('limit', 'integer', 'the newest so many'),
          query('summary', 'boolean', 'counts by path instead of entries'),
        ],
        responses: okAnswer('entries, or counts by path'),
      },
    },
    '/_sim/violations': {
      get: { summary: 'Request fields that the parameter tables do not know', responses: okAnswer('violations') },
    },
    '/_sim/state': { get: { summary: 'Everything the simulator holds, tokens left out', responses: okAnswer('state') } },
    '/_sim/faults': {
      get: { summary: 'Faults with the record of when each fired', responses: okAnswer('faults') },
      post: { summary: 'Sets a fault', requestBody: body(faultRequest), responses: okAnswer('its id') },
      delete: { summary: 'Removes every fault', responses: okAnswer('done') },
    },
    '/_sim/faults/{id}': {
      delete: {
        summary: 'Removes one fault',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: okAnswer('done'),
      },
    },
    '/_sim/clock': {
      get: { summary: 'The simulated time', responses: okAnswer('now and scale') },
      post: {
        summary: 'Moves or speeds up the clock',
        requestBody: {
          required: true,
          ...json({ type: 'object', properties: { advanceMs: { type: 'number', minimum: 0 }, scale: { type: 'number' } } }),
        },
        responses: okAnswer('now and scale'),
      },
    },
    '/_sim/people': {
      post: { summary: 'What a person outside does', requestBody: body(personAction), responses: okAnswer('the outcome') },
    },
    '/_sim/settings': {
      post: {
        summary: 'Answer delay and rate limits',
        requestBody: {
          required: true,
          ...json({ type: 'object', properties: { answerDelayMs: { type: 'number' }, rateLimit: {} } }),
        },
        responses: okAnswer('settings'),
      },
    },
    '/_sim/reset': { post: { summary: 'Back to the default seed', responses: okAnswer('done') } },
    '/_sim/seed': {
      post: { summary: 'Starts over from a seed', requestBody: body(seedRequest), responses: okAnswer('done') },
    },
  },
};
