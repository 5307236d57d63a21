import type { Draws } from '../faults/seed.js';

/**
 * Draws texts that are nearly an envelope: a character changed, added, left out or swapped with its neighbour, the text cut off, or the
 * head of one genuine envelope on the tail of another.
 */
export function mutatedEnvelopes(whole: string, foreign: string, draws: Draws): () => string {
  const replaced = (at: number, by: string): string => `${whole.slice(0, at)}${by}${whole.slice(at + 1)}`;
  const place = (): number => draws.below(whole.length);
  const mutations: readonly (() => string)[] = [
    () => replaced(place(), String.fromCharCode(32 + draws.below(95))),
    () => replaced(place(), draws.pick([...'0123456789abcdef'])),
    () => replaced(place(), draws.pick(['', '\u00e9', '\n', '\u2028', '\ud800', '\0'])),
    () => whole.slice(0, place()),
    () => {
      const at = place();
      return `${whole.slice(0, at)}${draws.pick([' ', '0', '"', ','])}${whole.slice(at)}`;
    },
    () => {
      const at = draws.below(whole.length - 1);
      return `${whole.slice(0, at)}${whole[at + 1] ?? ''}${whole[at] ?? ''}${whole.slice(at + 2)}`;
    },
    () => {
      const at = draws.below(Math.min(whole.length, foreign.length));
      return draws.pick([whole.slice(0, at) + foreign.slice(at), foreign.slice(0, at) + whole.slice(at)]);
    },
  ];
  return () => {
    for (;;) {
      const mutant = draws.pick(mutations)();
      if (mutant !== whole) return mutant;
    }
  };
}
