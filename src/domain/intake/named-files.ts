import { isAbsolute, resolve } from 'node:path';
import type { Path } from '../faults.js';
import { plainData } from '../plain-data.js';
import { valueAt } from '../schema-faults.js';

function entries(data: unknown, path: Path): readonly Path[] {
  const value = valueAt(data, path);
  return Array.isArray(value) ? value.map((_, index) => [...path, index]) : [];
}

/**
 * The files that a tenant file names, as far as it can be read, each with its place in the tenant file.
 *
 * @param raw what people wrote, right or wrong
 * @param folder absolute; relative paths count from it
 */
export function namedFiles(raw: unknown, folder: string): (readonly [path: Path, file: string])[] {
  const { data, bomb } = plainData(raw);
  if (bomb) return [];
  const places: readonly Path[] = [
    ['company', 'licence_image'],
    ...entries(data, ['company', 'qualification_images']),
    ['catalog', 'feed', 'file'],
    ...entries(data, ['creatives']).map((path) => [...path, 'file']),
  ];
  return places.flatMap((path) => {
    const file = valueAt(data, path);
    if (typeof file !== 'string' || file.trim() === '' || /^[a-z]+:\/\//i.test(file)) return [];
    return [[path, isAbsolute(file.trim()) ? file.trim() : resolve(folder, file.trim())] as const];
  });
}
