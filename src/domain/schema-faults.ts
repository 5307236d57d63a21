import { z } from 'zod';
import { fault, type Fault, type Path, shown } from './faults.js';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The value at a path of plain data. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

/** The keys that a JSON Schema allows at a path; every branch of a union counts. */
function keysAt(schema: JsonSchema, path: Path): string[] {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter((branch) => typeof branch === 'object');
  if (branches.length > 0) return branches.flatMap((branch) => keysAt(branch, path));
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(schema.properties ?? {});
  const inner = typeof key === 'number' ? schema.items : schema.properties?.[String(key)];
  return typeof inner === 'object' && !Array.isArray(inner) ? keysAt(inner, rest) : [];
}

function describe(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  int: 'a whole number',
  number: 'a number',
};

/** What of a value may be repeated in a fault: nothing of a secret. */
function repeated(path: Path, value: unknown): string {
  if (path.includes('auth_code') || (typeof value !== 'string' && typeof value !== 'number')) return '';
  return ` (${shown(String(value))})`;
}

function wrongType(issue: z.core.$ZodIssueInvalidType, path: Path, value: unknown): Fault {
  if (value === undefined) return fault(path, 'is missing');
  if (value === null && path.at(-1) === 'auth_code') return fault(path, "is empty: # begins a comment, so put the code in quotes, '#…'");
  return fault(path, `must be ${KINDS[issue.expected] ?? issue.expected}, but is ${describe(value)}${repeated(path, value)}`);
}

function faultsOf(issue: z.core.$ZodIssue, data: unknown, schema: JsonSchema): Fault[] {
  const { path } = issue;
  const value = valueAt(data, path);
  switch (issue.code) {
    case 'invalid_type':
      return [wrongType(issue, path, value)];
    case 'unrecognized_keys': {
      const allowed = keysAt(schema, path);
      return issue.keys.map((key) => fault([...path, key], 'is not a field here', { allowed, written: key }));
    }
    case 'invalid_value': {
      if (value === undefined) return [fault(path, 'is missing')];
      return [
        fault(path, `is not one of the allowed values${repeated(path, value)}`, { allowed: issue.values.map(String), written: value }),
      ];
    }
    case 'too_big':
      return [
        fault(
          path,
          issue.origin === 'number'
            ? issue.message
            : `is too long: at most ${issue.maximum} ${issue.origin === 'array' ? 'entries' : 'characters'}`,
        ),
      ];
    case 'too_small':
      return [fault(path, issue.origin === 'number' || Number(issue.minimum) > 1 ? issue.message : 'must not be empty')];
    case 'invalid_union': {
      if (value === undefined) return [fault(path, 'is missing')];
      const unknownKeys = issue.errors.flat().flatMap((inner) => (inner.code === 'unrecognized_keys' ? inner.keys : []));
      return [
        fault(
          path,
          `must be ${issue.message}${repeated(path, value)}`,
          unknownKeys.length > 0 ? { allowed: keysAt(schema, path), written: unknownKeys[0] } : {},
        ),
      ];
    }
    default:
      return [fault(path, `must be ${issue.message}${repeated(path, value)}`)];
  }
}

/** Made once: it costs milliseconds. */
const JSON_SCHEMAS = new WeakMap<z.ZodType, JsonSchema>();

/** Every fault of data against a schema in words of a person; `path` with its key, allowed values and near misses. */
export function schemaFaults(schema: z.ZodType, data: unknown): readonly Fault[] {
  const parsed = schema.safeParse(data);
  if (parsed.success) return [];
  const json = JSON_SCHEMAS.get(schema) ?? z.toJSONSchema(schema, { io: 'input' });
  JSON_SCHEMAS.set(schema, json);
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, data, json));
  return faults.filter((one, index) => faults.findIndex((other) => other.path === one.path && other.problem === one.problem) === index);
}
