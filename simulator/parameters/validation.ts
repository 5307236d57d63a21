import { badParameter } from '../envelope.js';
import { isRecord } from '../json.js';
import type { Parameter } from './parameter.js';

/** Reads a GET query or form value into the type that the table names (facts 1.1: lists and objects are JSON text). */
export function fromText(parameter: Parameter, text: string): unknown {
  switch (parameter.type) {
    case 'string':
    case 'scalar':
    case 'file':
    case 'any':
      return text;
    case 'number':
    case 'integer':
      return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    default:
      try {
        return JSON.parse(text);
      } catch {
        throw badParameter(`${parameter.name}: Invalid JSON.`);
      }
  }
}

/**
 * Checks the fields of a request against its table.
 * @throws ApiRefusal 40002 in TikTok's wording; all missing fields are named at once.
 */
export function checkParameters(parameters: readonly Parameter[], values: Record<string, unknown>): void {
  const { missing } = compared(parameters, values, '');
  if (missing.length > 0) throw badParameter(`Missing required field(s): ${missing.join(', ')}.`);
  checkTypes(parameters, values, '');
}

/** Paths of fields that the table does not know. TikTok itself ignores them. */
export function unknownFields(parameters: readonly Parameter[], values: Record<string, unknown>): readonly string[] {
  return compared(parameters, values, '').unknown;
}

interface Comparison {
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
}

function compared(parameters: readonly Parameter[], values: Record<string, unknown>, prefix: string): Comparison {
  const known = new Set(parameters.map((parameter) => parameter.name));
  const missing: string[] = [];
  const unknown = Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => `${prefix}${name}`);
  for (const parameter of parameters) {
    const value = values[parameter.name];
    const path = `${prefix}${parameter.name}`;
    if (value === undefined || value === null || value === '') {
      if (parameter.required) missing.push(path);
      continue;
    }
    if (parameter.fields === undefined) continue;
    const parts: [at: string, part: unknown][] = Array.isArray(value)
      ? value.map((item: unknown, index) => [`${path}[${index}].`, item])
      : [[`${path}.`, value]];
    for (const [at, part] of parts) {
      if (!isRecord(part)) continue;
      const inner = compared(parameter.fields, part, at);
      missing.push(...inner.missing);
      unknown.push(...inner.unknown);
    }
  }
  return { missing, unknown };
}

function checkTypes(parameters: readonly Parameter[], values: Record<string, unknown>, prefix: string): void {
  for (const parameter of parameters) {
    const value = values[parameter.name];
    if (value === undefined || value === null || value === '') continue;
    checkOne(parameter, value, `${prefix}${parameter.name}`);
  }
}

function checkOne(parameter: Parameter, value: unknown, path: string): void {
  switch (parameter.type) {
    case 'string':
      if (typeof value !== 'string') throw badParameter(`${path}: Not a valid string.`);
      checkLength(parameter, [...value].length, path, 'characters');
      break;
    case 'scalar':
      if (typeof value !== 'string' && typeof value !== 'number') throw badParameter(`${path}: Not a valid value.`);
      break;
    case 'number':
    case 'integer':
      checkNumber(parameter, value, path);
      break;
    case 'boolean':
      if (typeof value !== 'boolean') throw badParameter(`${path}: Not a valid boolean.`);
      break;
    case 'object':
      if (!isRecord(value)) throw badParameter(`${path}: Not a valid object.`);
      if (parameter.fields) checkTypes(parameter.fields, value, `${path}.`);
      break;
    case 'string[]':
    case 'scalar[]':
    case 'object[]':
      checkList(parameter, value, path);
      return;
    case 'file':
    case 'any':
      break;
  }
  checkEnum(parameter, value, path);
}

function checkNumber(parameter: Parameter, value: unknown, path: string): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw badParameter(`${path}: Not a valid number.`);
  if (parameter.type === 'integer' && !Number.isInteger(value)) throw badParameter(`${path}: Not a valid integer.`);
  if (parameter.max !== undefined && value > parameter.max) {
    throw badParameter(`${path}: Must be less than or equal to ${parameter.max}.`);
  }
  if (parameter.min !== undefined && value < parameter.min) {
    throw badParameter(`${path}: Must be greater than or equal to ${parameter.min}.`);
  }
}

function checkList(parameter: Parameter, value: unknown, path: string): void {
  if (!Array.isArray(value)) throw badParameter(`${path}: Not a valid list.`);
  checkLength(parameter, value.length, path, 'items');
  for (const [index, item] of value.entries()) {
    const at = `${path}[${index}]`;
    if (parameter.type === 'string[]' && typeof item !== 'string') throw badParameter(`${at}: Not a valid string.`);
    if (parameter.type === 'object[]') {
      if (!isRecord(item)) throw badParameter(`${at}: Not a valid object.`);
      if (parameter.fields) checkTypes(parameter.fields, item, `${at}.`);
    }
    checkEnum(parameter, item, at);
  }
}

function checkLength(parameter: Parameter, length: number, path: string, unit: string): void {
  if (parameter.max !== undefined && length > parameter.max) {
    throw badParameter(`${path}: Must not be longer than ${parameter.max} ${unit}.`);
  }
  if (parameter.min !== undefined && length < parameter.min) {
    throw badParameter(`${path}: Must have at least ${parameter.min} ${unit}.`);
  }
}

function checkEnum(parameter: Parameter, value: unknown, path: string): void {
  if (parameter.enum === undefined || parameter.enum.includes(String(value))) return;
  throw badParameter(`${path}: Must be one of ${parameter.enum.join(', ')}.`);
}
