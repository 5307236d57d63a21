import { z } from 'zod';
import * as schemas from './admin-schemas.js';
import { faultRequest } from './faults.js';
import { personAction } from './people.js';
import { seedRequest } from './seed-request.js';

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema: _dialect, ...bare } = z.toJSONSchema(schema, { io });
  return bare;
};
const content = (schema: z.ZodType, io: 'input' | 'output'): object => ({
  content: { 'application/json': { schema: jsonSchema(schema, io) } },
});
const answers = (description: string, schema: z.ZodType): object => ({
  '200': { description, ...content(schema, 'output') },
});
const refusals = (more: object = {}): object => ({
  '400': { description: 'the request is malformed; `issues` names each fault', ...content(schemas.errorAnswer, 'output') },
  ...more,
});
const absent = { '404': { description: 'what the request points at is not there', ...content(schemas.errorAnswer, 'output') } };
const body = (schema: z.ZodType): object => ({ required: true, ...content(schema, 'input') });

function queryParameters(schema: z.ZodObject): object[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: 'query',
    required: false,
    description: field.description ?? '',
    schema: jsonSchema(field, 'input'),
  }));
}

/** The admin API in OpenAPI 3.1, made from the same schemas that check the requests. `simulator/openapi.json` is this object. */
export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'TikTok Business API simulator: admin API',
    version: '1.0.0',
    description: 'Looks behind the counter of the simulator and plays the people on the other side. Never part of TikTok.',
  },
  paths: {
    '/_sim/ledger': {
      get: {
        summary: 'Every request since the last reset, oldest first',
        parameters: queryParameters(schemas.ledgerQuery),
        responses: { ...answers('entries, or counts by path', schemas.ledgerAnswer), ...refusals() },
      },
    },
    '/_sim/events': {
      get: {
        summary: 'Events as TikTok counts them: copies of pixel and server with the same name and id are one',
        parameters: queryParameters(schemas.eventsQuery),
        responses: { ...answers('events, oldest first', schemas.eventsAnswer), ...refusals() },
      },
    },
    '/_sim/violations': {
      get: { summary: 'Request fields that the parameter tables do not know', responses: answers('violations', schemas.violationsAnswer) },
    },
    '/_sim/state': {
      get: { summary: 'Everything the simulator holds, tokens left out', responses: answers('state', schemas.stateAnswer) },
    },
    '/_sim/faults': {
      get: { summary: 'Faults with the record of when each fired', responses: answers('faults', schemas.faultsAnswer) },
      post: {
        summary: 'Sets a fault',
        requestBody: body(faultRequest),
        responses: { ...answers('its id', schemas.faultAddedAnswer), ...refusals() },
      },
      delete: { summary: 'Removes every fault', responses: answers('done', schemas.nothingAnswer) },
    },
    '/_sim/faults/{id}': {
      delete: {
        summary: 'Removes one fault',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { ...answers('done', schemas.nothingAnswer), ...absent },
      },
    },
    '/_sim/clock': {
      get: { summary: 'The simulated time', responses: answers('now and scale', schemas.clockAnswer) },
      post: {
        summary: 'Moves or speeds up the clock',
        requestBody: body(schemas.clockRequest),
        responses: { ...answers('now and scale', schemas.clockAnswer), ...refusals() },
      },
    },
    '/_sim/people': {
      post: {
        summary: 'What a person outside does',
        requestBody: body(personAction),
        responses: { ...answers('the outcome', schemas.personAnswer), ...refusals(absent) },
      },
    },
    '/_sim/settings': {
      get: { summary: 'What is in force', responses: answers('settings', schemas.settingsAnswer) },
      post: {
        summary: 'Answer delay and rate limits',
        requestBody: body(schemas.settingsRequest),
        responses: { ...answers('settings', schemas.settingsAnswer), ...refusals() },
      },
    },
    '/_sim/reset': { post: { summary: 'Back to the default seed, without faults', responses: answers('done', schemas.nothingAnswer) } },
    '/_sim/seed': {
      post: {
        summary: 'Starts over from a seed, without faults',
        requestBody: body(seedRequest),
        responses: { ...answers('done', schemas.nothingAnswer), ...refusals() },
      },
    },
    '/_sim/openapi.json': { get: { summary: 'This document', responses: answers('OpenAPI 3.1', z.looseObject({ openapi: z.string() })) } },
  },
};
