import { styleText } from 'node:util';

/**
 * Text from outside (tenants, people, TikTok) as one harmless line: no escape sequences, no control characters, no marks that turn
 * the reading direction, so that nobody can forge what an operator sees.
 */
export function clean(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replaceAll(/\u001B\[[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001B[@-Z\\-_]/g, '')
      .replaceAll(/[\r\n\t]+/g, ' ')
      .replaceAll(/\p{Cc}|[\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '')
  );
}

/** Every text of a value, cleaned, whatever its shape. */
export function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [clean(name), cleanDeep(inner)]));
}

export type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'strong';
const STYLE = { good: 'green', bad: 'red', warn: 'yellow', calm: 'dim', strong: 'bold' } as const;

/** Colour on top of words, never instead of them. */
export type Paint = (tone: Tone, text: string) => string;

/** Paints, or leaves the text as it is where colours are off. */
export function painter(color: boolean): Paint {
  return (tone, text) => (color ? styleText(STYLE[tone], text, { validateStream: false }) : text);
}

/** A value as indented `name: value` lines, for people. */
export function outline(value: unknown, indent = ''): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((each) => {
      const [first = '', ...rest] = outline(each, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) =>
      typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0
        ? [`${indent}${clean(name)}:`, ...outline(inner, `${indent}  `)]
        : [`${indent}${clean(name)}: ${scalar(inner)}`],
    );
  }
  return [`${indent}${scalar(value)}`];
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '(empty)' : clean(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null || value === undefined ? '(none)' : '(none)';
}
