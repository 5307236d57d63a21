import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATE_IDS } from '../../src/contract/checklist.js';
import { candidatesFor, neededDecisions } from '../../src/domain/people.js';
import { readPeopleFile } from '../../src/store/people-file.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kobi-people-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function read(text: string) {
  const path = join(directory, 'people.yaml');
  await writeFile(path, text);
  return readPeopleFile(path);
}

describe('people.yaml', () => {
  it('of the examples has enough people for every gate, the starter left out', async () => {
    const people = await readPeopleFile('examples/people.yaml');
    for (const gate of GATE_IDS)
      expect(candidatesFor(gate, 'alpine_school', people, 'ops-a').length).toBeGreaterThanOrEqual(neededDecisions(gate, true));
    expect(people.people.filter((person) => person.disabled)).toHaveLength(1);
  });

  it('names every fault with its path', async () => {
    const faulty = read('people:\n  - { id: Ops A, mail: nowhere, roles: [boss], tenants: "*" }\n');
    await expect(faulty).rejects.toThrow(/people\.0\.id: .*people\.0\.mail: .*people\.0\.roles\.0: /);
    await expect(read('people: [')).rejects.toThrow('people.yaml');
    await expect(readPeopleFile(join(directory, 'missing.yaml'))).rejects.toThrow('missing.yaml');
  });
});
