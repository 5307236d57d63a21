import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { type People, peopleSchema } from '../domain/people.js';

/** people.yaml cannot be used; every fault is in the message with its path, so that one look mends it. */
export class PeopleFileInvalid extends Error {
  override readonly name = 'PeopleFileInvalid';
  constructor(path: string, faults: readonly string[]) {
    super(`${path}: ${faults.join('; ')}`);
  }
}

/**
 * Reads the people anew. Aliases are limited, so that a file cannot grow while it is parsed.
 *
 * @throws PeopleFileInvalid when the file is missing, no YAML, or not of the shape of `peopleSchema`
 */
export async function readPeopleFile(path: string): Promise<People> {
  let content: unknown;
  try {
    content = parse(await readFile(path, 'utf8'), { maxAliasCount: 50 });
  } catch (error) {
    throw new PeopleFileInvalid(path, [error instanceof Error ? error.message : String(error)]);
  }
  const parsed = peopleSchema.safeParse(content);
  if (!parsed.success)
    throw new PeopleFileInvalid(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    );
  return parsed.data;
}
