import { describe, expect, it } from 'vitest';
import { optimisationLines } from '../../src/cli/render/events.js';
import { painter } from '../../src/cli/render/text.js';
import { optimisationStanding } from '../../src/domain/events/optimisation.js';

const facts = { payments: { web: 12, app: 3 }, firstInstallAt: null };
const lines = (chosen?: Parameters<typeof optimisationStanding>[0]) =>
  optimisationLines(optimisationStanding(chosen, facts), painter(false));

describe('for what ads can optimise, on the terminal', () => {
  it('is the progress alone where the settings choose nothing', () => {
    expect(lines()).toEqual(['value optimisation: 12 of 20 attributed payments with a value within 7 days (web)']);
  });

  it('names what was chosen and what it waits for, the progress once', () => {
    expect(lines({ event: 'Purchase', objective: 'APP_PROMOTION', source: 'app', by_value: true })).toEqual([
      'settings: the value of Purchase under APP_PROMOTION, app',
      "Purchase waits for the app's first install event; none has come in yet",
      'value optimisation: 3 of 20 attributed, unique payments with a value within 7 days',
    ]);
  });
});
