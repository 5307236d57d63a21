import { fault, type Fault, type Path } from './faults.js';

const MAX_DEPTH = 16;
const MAX_VALUES = 20_000;
/** Keys that would reach an object's own machinery. */
const MACHINERY = new Set(['__proto__', 'constructor', 'prototype']);

export interface PlainData {
  /** A copy that holds only text, numbers, truth values, lists and maps; what is refused is left out. */
  readonly data: unknown;
  readonly faults: readonly Fault[];
  /** True when it is too deep or too large to be looked at further. */
  readonly bomb: boolean;
}

/** Copies input of unknown origin as plain data: bounded in depth (16) and number of values (20,000), without keys of the language. */
export function plainData(raw: unknown): PlainData {
  const faults: Fault[] = [];
  let values = 0;
  let bomb = false;

  function refuse(path: Path, problem: string): undefined {
    faults.push(fault(path, problem));
    return undefined;
  }

  function copy(value: unknown, path: Path): unknown {
    if (bomb) return undefined;
    values += 1;
    if (path.length > MAX_DEPTH || values > MAX_VALUES) {
      bomb = true;
      return refuse(
        path.slice(0, 1),
        path.length > MAX_DEPTH ? `is nested deeper than ${MAX_DEPTH} levels` : `the file holds more than ${MAX_VALUES} values`,
      );
    }
    if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return value;
    if (Array.isArray(value)) return value.map((item: unknown, index) => copy(item, [...path, index]));
    if (typeof value !== 'object') return refuse(path, `is a ${typeof value}, not plain data`);
    const entries = Object.entries(value).filter(([key]) => {
      if (MACHINERY.has(key)) refuse([...path, key], 'this key is not allowed in data');
      return !MACHINERY.has(key);
    });
    return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, [...path, key])]));
  }

  const data = copy(raw, []);
  return { data, faults, bomb };
}
