import type { Check } from '../doctor/check.js';
import { table } from './table.js';
import { clean, type Paint } from './text.js';

const TONE = { ok: 'good', warn: 'warn', fail: 'bad', unknown: 'calm' } as const;

/** What nothing can tell for the same reason, as one line with the names below it: the rest must not drown in it. */
function untold(checks: readonly Check[]): { readonly shown: readonly Check[]; readonly below: ReadonlyMap<Check, readonly string[]> } {
  const below = new Map<Check, string[]>();
  const shown: Check[] = [];
  for (const check of checks) {
    const like = [...below.keys()].find((first) => check.state === 'unknown' && first.area === check.area && first.fix === check.fix);
    if (like) below.get(like)?.push(check.name);
    else shown.push(check);
    if (!like && check.state === 'unknown') below.set(check, [check.name]);
  }
  return { shown, below };
}

/** Every check with its state in words, and below it how to mend what is not ok. */
export function renderDoctor(checks: readonly Check[], paint: Paint): string[] {
  const { shown, below } = untold(checks);
  const namesOf = (check: Check): readonly string[] => below.get(check) ?? [];
  const rows = table(
    [],
    shown.map((check) => {
      const several = namesOf(check).length > 1;
      const name = several ? `${namesOf(check).length} that cannot be told` : check.name;
      return [paint(TONE[check.state], check.state), `${check.area}: ${name}`, several ? '' : clean(check.detail)];
    }),
  );
  const count = (state: Check['state']): number => checks.filter((check) => check.state === state).length;
  const open = [
    ...(count('warn') > 0 ? [`${count('warn')} to look at`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} cannot be told from here`] : []),
  ];
  return [
    ...shown.flatMap((check, index) => [
      rows[index] ?? '',
      ...(namesOf(check).length > 1 ? namesOf(check).map((name) => `         - ${clean(name)}`) : []),
      ...(check.fix === '' ? [] : [`         fix: ${paint('strong', check.fix)}`]),
    ]),
    '',
    [count('fail') === 0 ? 'nothing fails' : `${count('fail')} of ${checks.length} checks fail`, ...open].join(', '),
  ];
}
