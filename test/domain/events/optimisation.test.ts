import { describe, expect, it } from 'vitest';
import { optimisationFindings, type Payment, paymentProgress } from '../../../src/domain/events/optimisation.js';
import { NOW } from './shop.js';

const sales = { objective: 'PRODUCT_SALES', source: 'web', byValue: false } as const;
const payment = (index: number, change: Partial<Payment> = {}): Payment => ({
  eventId: `order-${index}`,
  happenedAt: new Date(NOW.getTime() - index * 3_600_000),
  value: 9.9,
  attributed: true,
  ...change,
});
const payments = (count: number): Payment[] => Array.from({ length: count }, (_, index) => payment(index));

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
    const after = (count: number) => optimisationFindings({ ...byValue, payments: paymentProgress(payments(count), NOW) });
    expect(after(19)).toMatchObject([{ kind: 'waiting', text: expect.stringContaining('19 of 20') }]);
    expect(after(20)).toEqual([]);
    expect(optimisationFindings({ ...byValue, event: 'AddToCart' })[0]).toMatchObject({ kind: 'impossible', allowed: ['Purchase'] });
  });
});

describe('progress to value optimisation', () => {
  it('counts attributed payments with a value of the last 7 days, each once', () => {
    const week = 7 * 86_400_000;
    const others = [
      payment(0),
      payment(100, { attributed: false }),
      payment(101, { value: null }),
      payment(102, { value: 0 }),
      payment(103, { happenedAt: new Date(NOW.getTime() - week) }),
      payment(104, { happenedAt: new Date(NOW.getTime() + 1) }),
    ];
    expect(paymentProgress([...payments(19), ...others], NOW)).toEqual({ counted: 19, needed: 20, ready: false });
    expect(paymentProgress([...payments(19), payment(105, { happenedAt: new Date(NOW.getTime() - week + 1) })], NOW).ready).toBe(true);
  });
});
