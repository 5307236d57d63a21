import type { Check } from '../doctor/check.js';
import { table } from './table.js';
import { clean, type Paint } from './text.js';

const TONE = { ok: 'good', warn: 'warn', fail: 'bad', unknown: 'calm' } as const;

/** Every check with its state in words, and below it how to mend what is not ok. */
export function renderDoctor(checks: readonly Check[], paint: Paint): string[] {
  const rows = table(
    [],
    checks.map(({ state, area, name, detail }) => [paint(TONE[state], state), `${area}: ${name}`, clean(detail)]),
  );
  const failed = checks.filter((check) => check.state === 'fail').length;
  const open = checks.filter((check) => check.state === 'unknown' || check.state === 'warn').length;
  return [
    ...checks.flatMap((check, index) => [rows[index] ?? '', ...(check.fix === '' ? [] : [`         fix: ${paint('strong', check.fix)}`])]),
    '',
    failed === 0 ? `nothing fails${open > 0 ? `, ${open} to look at` : ''}` : `${failed} of ${checks.length} checks fail`,
  ];
}
