import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { beginAnew, claimState, keepForPeople, markAsDemo } from '../../scripts/stack/kept-state.js';

const root = mkdtempSync(join(tmpdir(), 'kobi-kept-'));
const folder = join(root, 'dev');
const now = new Date('2026-03-02T08:00:00.000Z');
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'work'), 'of a person');
});

describe('the state that npm run demo and npm run dev share', () => {
  it('is replaced by the next demo when only a demo has written it', () => {
    markAsDemo(folder);
    expect(beginAnew(folder, now)).toBeNull();
    expect(existsSync(folder)).toBe(false);
    expect(beginAnew(folder, now)).toBeNull();
  });

  it('is set aside, never deleted, once a person has worked with it', () => {
    markAsDemo(folder);
    keepForPeople(folder);
    const aside = beginAnew(folder, now);
    expect(aside).toBe(`${folder}-until-2026-03-02T08-00-00-000Z`);
    expect(readFileSync(join(aside ?? '', 'work'), 'utf8')).toBe('of a person');
    expect(existsSync(folder)).toBe(false);
  });

  it('belongs to one process; that of one that is gone can be taken', () => {
    writeFileSync(`${folder}.pid`, `${process.ppid}\n`);
    expect(() => claimState(folder)).toThrow(`process ${process.ppid} (npm run dev or npm run demo) works on ${folder}`);
    writeFileSync(`${folder}.pid`, '999999999\n');
    const release = claimState(folder);
    expect(readFileSync(`${folder}.pid`, 'utf8')).toBe(`${process.pid}\n`);
    release();
    expect(existsSync(`${folder}.pid`)).toBe(false);
  });
});
