import { onTestFailed } from 'vitest';

/** `npm run faults -- --seed N`; without one the runs are the same everywhere. */
export const SEED = Number(process.env.FAULTS_SEED ?? 20_260);

/** Whole sizes instead of small ones (`npm run faults -- --all`). */
export const WHOLE = process.env.FAULTS_WHOLE === '1';

/** Two hours of an outage last 12 s here; small and whole alike. */
const SCALE = 600;

/** A span of the real world in milliseconds of the test. */
export function scaled(span: { readonly minutes: number }): number {
  return Math.round((span.minutes * 60_000) / SCALE);
}

/** Draws that are the same for the same seed and name (mulberry32). */
export class Draws {
  private state: number;

  constructor(name: string) {
    this.state = [...name].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193) >>> 0, SEED >>> 0);
  }

  /** At least 0, less than 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** @throws Error when there is nothing to choose from */
  pick<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('nothing to draw from');
    return chosen;
  }
}

/** The draws of a case, inside of its test: when it fails, the command is printed that makes the same run again. */
export function drawsOf(number: number): Draws {
  onTestFailed(
    () => void process.stderr.write(`case ${number} again: npm run faults -- --case ${number} --seed ${SEED}${WHOLE ? ' --all' : ''}\n`),
  );
  return new Draws(`case ${number}`);
}
