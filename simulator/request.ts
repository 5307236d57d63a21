import type { IncomingMessage } from 'node:http';
import type { UploadedFile } from './endpoints/context.js';
import { badParameter } from './envelope.js';
import { isRecord } from './json.js';
import type { EndpointTable } from './parameters/parameter.js';
import { fromText } from './parameters/validation.js';

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The fields of a request and its file parts. */
export interface ParsedRequest {
  readonly values: Record<string, unknown>;
  readonly files: ReadonlyMap<string, UploadedFile>;
}

/** Reads a request as its table says: query text, JSON, or a form (facts 1.1). */
export async function parseRequest(table: EndpointTable, url: URL, contentType: string, body: Uint8Array): Promise<ParsedRequest> {
  if (table.method === 'GET') return { values: fromPairs(table, url.searchParams.entries()), files: new Map() };
  if (contentType.startsWith('multipart/form-data')) return await fromForm(table, contentType, body);
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return { values: fromPairs(table, new URLSearchParams(Buffer.from(body).toString('utf8')).entries()), files: new Map() };
  }
  return { values: fromJson(body), files: new Map() };
}

function fromPairs(table: EndpointTable, pairs: Iterable<[string, string]>): Record<string, unknown> {
  const byName = new Map(table.parameters.map((parameter) => [parameter.name, parameter]));
  const values: Record<string, unknown> = {};
  for (const [name, text] of pairs) {
    const parameter = byName.get(name);
    values[name] = parameter === undefined || text === '' ? text : fromText(parameter, text);
  }
  return values;
}

async function fromForm(table: EndpointTable, contentType: string, body: Uint8Array): Promise<ParsedRequest> {
  const copy = new Uint8Array(body);
  let form: FormData;
  try {
    form = await new Response(copy, { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw badParameter('The multipart body is malformed.');
  }
  const texts: [string, string][] = [];
  const files = new Map<string, UploadedFile>();
  for (const [name, part] of form.entries()) {
    if (typeof part === 'string') texts.push([name, part]);
    else files.set(name, { name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) });
  }
  const values = fromPairs(table, texts);
  for (const [name, file] of files) values[name] = file.name === '' ? name : file.name;
  return { values, files };
}

function fromJson(body: Uint8Array): Record<string, unknown> {
  if (body.byteLength === 0) return {};
  try {
    const parsed: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (isRecord(parsed)) return parsed;
  } catch {
    throw badParameter('The request body is not valid JSON.');
  }
  throw badParameter('The request body must be a JSON object.');
}
