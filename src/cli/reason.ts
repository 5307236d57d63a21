import { badInput } from './exit.js';

/**
 * What stands behind `--reason`, without the blanks around it.
 *
 * @throws CommandFault for less than three characters
 */
export function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason.length < 3) throw badInput('--reason needs at least three characters: it is what the ledger tells later');
  return reason;
}
