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

/** What a check of one request found beside refusals. */
export interface Checked {
  /** Paths of fields that the table does not know. */
  readonly unknown: readonly string[];
}

/**
 * Checks the fields of a request against its table.
 * @throws ApiRefusal 40002 in TikTok's wording; all missing fields are named at once.
 */
export function checkParameters(parameters: readonly Parameter[], values: Record<string, unknown>): Checked {
  const missing: string[] = [];
  const unknown: string[] = [];
  collect(parameters, values, '', missing, unknown);
  if (missing.length > 0) throw badParameter(`Missing required field(s): ${missing.join(', ')}.`);
  checkTypes(parameters, values, '');
  return { unknown };
}

function collect(
  parameters: readonly Parameter[],
  values: Record<string, unknown>,
  prefix: string,
  missing: string[],
  unknown: string[],
): void {
  const known = new Set(parameters.map((parameter) => parameter.name));
  for (const name of Object.keys(values)) if (!known.has(name)) unknown.push(`${prefix}${name}`);
  for (const parameter of parameters) {
    const value = values[parameter.name];
    const path = `${prefix}${parameter.name}`;
    if (value === undefined || value === null || value === '') {
      if (parameter.required) missing.push(path);
      continue;
    }
    if (parameter.fields === undefined) continue;
    if (isRecord(value)) collect(parameter.fields, value, `${path}.`, missing, unknown);
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        if (isRecord(item)) collect(parameter.fields, item, `${path}[${index}].`, missing, unknown);
      }
    }
  }
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
