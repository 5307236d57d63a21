import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { slugOfWorkflowId } from '../../src/contract/ids.js';
import { HISTORIES } from '../harness/histories.js';
import { replay, type Verdicts } from './replays.js';

const nameOf = (file: string): string => decodeURIComponent(basename(file, '.json'));
// The histories of other workflows are replayed by the tests that have them.
const files = (existsSync(HISTORIES) ? readdirSync(HISTORIES) : [])
  .filter((name) => slugOfWorkflowId(nameOf(name).split('@')[0] ?? '') !== undefined)
  .map((name) => join(HISTORIES, name));
let verdicts: Verdicts;

beforeAll(async () => {
  verdicts = await replay(files);
});

it('finds the histories that the tests before it have made', () => {
  expect(files.length, `no onboarding in ${basename(HISTORIES)}: run npm test, which makes them first`).toBeGreaterThan(0);
});

it.each(files.map((file) => [nameOf(file), file] as const))('%s replays', (_, file) => {
  expect(verdicts.get(file)).toBeNull();
});
