import { expect, it } from 'vitest';
import { carriedState } from '../../src/domain/carried-state.js';
import { initialState } from '../../src/domain/onboarding-state.js';
import { onboardingInput, school } from '../workflow/tenant.js';

/** Answers of so many verbs, as long as they get. */
function stateAfter(verbs: number) {
  const state = initialState(onboardingInput(school('many_verbs')), '2026-01-01T00:00:00.000Z');
  for (let index = 0; index < verbs; index += 1) {
    const message = `launch_check is waiting; there is nothing to retry ${'·'.repeat(100)}`;
    state.verbs[`verb-${index}`] = { hash: 'a'.repeat(64), answer: { accepted: false, code: 'nothing_to_retry', message } };
  }
  return state;
}

it('carries the answers of the newest verbs, however many there were, and all decisions', () => {
  const state = stateAfter(10_000);
  for (let index = 0; index < 600; index += 1)
    state.decided[`decision-${index}`] = {
      hash: 'b'.repeat(64),
      answer: { accepted: false, decisionId: `decision-${index}`, message: 'refused', gateState: 'open' },
    };
  const carried = carriedState(state);
  expect(Object.keys(carried.verbs).at(-1)).toBe('verb-9999');
  expect(carried.decided).toEqual(state.decided);
  expect(Buffer.byteLength(JSON.stringify(carried))).toBeLessThan(1024 * 1024);
});

it('carries a state of few verbs as it is', () => {
  const state = stateAfter(500);
  expect(carriedState(state)).toBe(state);
});
