import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

/** Sales of the shop's till, as its owner exports them: three of the lines cannot be used. */
export function writeTillFile(folder: string, now: Date): { readonly file: string; readonly firstOrder: string } {
  const ago = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  const rows = [
    ['event', 'time', 'order_id', 'email', 'phone', 'value', 'currency'],
    ['purchase', ago(3), 'till-2001', 'person-b@example.org', '', '149.00', 'EUR'],
    ['purchase', ago(2), 'till-2002', '', '+49 151 12345678', '59.90', 'EUR'],
    // Nobody can be found by it.
    ['purchase', ago(2), 'till-2003', '', '', '20.00', 'EUR'],
    // No plain number.
    ['purchase', ago(2), 'till-2004', 'person-c@example.org', '', '"1.299,00"', 'EUR'],
    // Longer ago than TikTok takes.
    ['purchase', ago(60), 'till-2005', 'person-d@example.org', '', '35.00', 'EUR'],
    ['purchase', ago(1), 'till-2006', 'person-e@example.org', '', '75.50', 'EUR'],
  ];
  const file = join(folder, 'till.csv');
  writeFileSync(file, `${rows.map((cells) => cells.join(',')).join('\n')}\n`);
  return { file, firstOrder: 'till-2001' };
}
