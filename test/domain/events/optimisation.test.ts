import { describe, expect, it } from 'vitest';
import { optimisationFindings, optimisationStanding, paymentProgress } from '../../../src/domain/events/optimisation.js';
import { NOW } from './shop.js';

const sales = { objective: 'PRODUCT_SALES', source: 'web', byValue: false } as const;

describe('an optimisation event', () => {
  it.each(['quiz_finished', 'Pageview', 'PageView', 'purchase'])('is a standard one, not %s', (event) => {
    expect(optimisationFindings({ ...sales, event })).toMatchObject([
      { kind: 'impossible', text: expect.stringContaining('custom event') },
    ]);
  });

  it.each(['PRODUCT_SALES', 'WEB_CONVERSIONS'])('is not StartTrial under %s', (objective) => {
    for (const source of ['web', 'app'] as const) {
      const findings = optimisationFindings({ ...sales, source, objective, event: 'StartTrial', firstInstallAt: NOW.toISOString() });
      expect(findings).toMatchObject([{ kind: 'impossible', text: expect.stringContaining('StartTrial') }]);
    }
  });

  it('may be named by its former name', () => {
    expect(optimisationFindings({ ...sales, event: 'CompletePayment' })).toEqual([]);
    expect(optimisationFindings({ ...sales, event: 'Contact' })).toMatchObject([{ kind: 'impossible' }]);
  });

  it('of an app waits for the first install', () => {
    const app = { objective: 'APP_PROMOTION', source: 'app', byValue: false, event: 'Purchase' } as const;
    expect(optimisationFindings(app)).toMatchObject([{ kind: 'waiting', text: expect.stringContaining('first install') }]);
    expect(optimisationFindings({ ...app, firstInstallAt: null })).toHaveLength(1);
    expect(optimisationFindings({ ...app, firstInstallAt: NOW.toISOString() })).toEqual([]);
    expect(optimisationFindings({ ...app, event: 'InstallApp' })).toEqual([]);
  });

  it('by value is a payment, and waits for 20 that count', () => {
    const byValue = { ...sales, byValue: true, event: 'Purchase' } as const;
    const after = (count: number) => optimisationFindings({ ...byValue, payments: paymentProgress(count) });
    expect(after(19)).toMatchObject([{ kind: 'waiting', text: expect.stringContaining('19 of 20') }]);
    expect(after(20)).toEqual([]);
    expect(optimisationFindings({ ...byValue, event: 'AddToCart' })[0]).toMatchObject({ kind: 'impossible', allowed: ['Purchase'] });
  });
});

describe('where a tenant stands', () => {
  const facts = { payments: { web: 12, app: 20 }, firstInstallAt: null };

  it('is told without a choice too: the progress of each source', () => {
    expect(optimisationStanding(undefined, facts)).toEqual({
      choice: null,
      findings: [],
      payments: { web: { counted: 12, needed: 20, ready: false }, app: { counted: 20, needed: 20, ready: true } },
      firstInstallAt: null,
    });
  });

  it('is told by the progress of the source that was chosen', () => {
    const chosen = { event: 'Purchase', objective: 'PRODUCT_SALES', source: 'web', by_value: true } as const;
    expect(optimisationStanding(chosen, facts).findings).toMatchObject([{ kind: 'waiting', text: expect.stringContaining('12 of 20') }]);
    const app = { ...chosen, objective: 'APP_PROMOTION', source: 'app' } as const;
    expect(optimisationStanding(app, facts).findings).toMatchObject([{ kind: 'waiting', text: expect.stringContaining('first install') }]);
    expect(optimisationStanding(app, { ...facts, firstInstallAt: NOW.toISOString() }).findings).toEqual([]);
  });
});
