import { describe, expect, it } from 'vitest';
import { CODES, type CodeClass, classify, explain } from '../../src/tiktok/codes.js';

/** The table of facts 1.3, row by row, with what each code must mean for whoever called. */
const DOCUMENTED: readonly (readonly [codes: string, codeClass: CodeClass])[] = [
  ['0', 'ok'],
  ['20001', 'partial'],
  ['40000 40002', 'bad_input'],
  ['40001 40003', 'permission'],
  ['40006 40008 40009 40010 40014', 'fatal'],
  ['40007 40013', 'not_found'],
  ['40011 40012', 'bad_input'],
  ['40016', 'rate_limited'],
  ['40050', 'conflict'],
  ['40051', 'fatal'],
  ['40052 40053 40061 40062 40063 40065', 'bad_input'],
  ['40100', 'rate_limited'],
  ['40101 40108 40110 40112', 'bad_input'],
  ['40102 40103 40104 40105 40107 40113 40114 40115 40116 40120', 'token'],
  ['40106 40117 40118 40119 40121 40124 40125 40130 40131', 'permission'],
  ['40109', 'fatal'],
  ['40122', 'bad_input'],
  ['40126 40127 40128 40129', 'bad_input'],
  ['40132 40133', 'rate_limited'],
  ['40200 40201', 'retry_later'],
  ['40202', 'conflict'],
  ['40300 40302', 'not_found'],
  ['40301', 'permission'],
  ['40309', 'token'],
  ['40400', 'fatal'],
  ['40502', 'bad_input'],
  ['40700', 'retry_later'],
  ['40900', 'bad_input'],
  ['40901', 'retry_later'],
  ['40902 40913 40914', 'retry_later'],
  ['40903 40904 40905 40906 40907 40908 40909 40910 40911 40912 40915 40916', 'bad_input'],
  ['41000 41001 41002', 'fatal'],
  ['50000', 'retry_later'],
  ['50002 51010', 'unknown_outcome'],
  ['51000 51012 51053 51060 51305 51999', 'retry_later'],
  ['52000 52999 53102 53103', 'retry_later'],
  ['60001', 'retry_later'],
  ['61000', 'rate_limited'],
  ['70001', 'bad_input'],
];
const codesOf = (text: string): number[] => text.split(' ').map(Number);

describe("TikTok's codes", () => {
  it.each(DOCUMENTED)('%s: %s', (codes, codeClass) => {
    for (const code of codesOf(codes)) expect([code, classify(code)]).toEqual([code, codeClass]);
  });

  it('knows no code that the documentation does not know', () => {
    const documented = new Set(DOCUMENTED.flatMap(([codes]) => codesOf(codes)));
    for (const row of CODES) expect([row.from, documented.has(row.from)]).toEqual([row.from, true]);
  });

  it.each([-1, 1, 39_999, 40_004, 50_001, 53_000, 99_999])('%d is unknown, and a write may have happened', (code) => {
    expect(explain(code)).toMatchObject({ class: 'unknown_code', mayHaveHappened: true });
  });

  it('only these codes leave open whether a write happened', () => {
    const open = [20_001, 40_050, 50_000, 50_002, 51_000, 51_010, 52_000, 53_102];
    expect(
      CODES.filter((row) => row.mayHaveHappened)
        .map((row) => row.from)
        .sort(),
    ).toEqual(open);
  });
});
