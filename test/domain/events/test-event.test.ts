import { describe, expect, it } from 'vitest';
import { EVENT_SOURCES } from '../../../src/contract/events.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import { namesToTest, testEvent } from '../../../src/domain/events/test-event.js';
import { judge, NOW, settings } from './shop.js';

const about = { slug: 'shop_a', testEventCode: 'TEST1', website: 'https://shop.example.org/', currency: 'EUR' };

describe('a test event', () => {
  it.each(EVENT_SOURCES)('of %s lacks nothing that the source demands, and has one id for one code and name', (source) => {
    const made = testEvent(source, about, { name: 'purchase', now: NOW });
    const verdict = judge(made);
    expect(verdict).toMatchObject({ verdict: 'send', event: 'Purchase', payload: { event_source: source } });
    expect(testEvent(source, about, { name: 'purchase', now: new Date(NOW.getTime() + 1_000) }).event_id).toBe(made.event_id);
    expect(testEvent(source, { ...about, testEventCode: 'TEST2' }, { name: 'purchase', now: NOW }).event_id).not.toBe(made.event_id);
  });

  it('goes out for the key events and the own names that a source takes, and for a typical one where there is none', () => {
    const own = prepareMap(
      settings({ map: { deal_won: { offline: 'Purchase', crm: 'won' } }, accept: ['quiz_finished'], ignore: ['sign_up'] }),
    );
    const keyEvents = ['purchase', 'scroll', 'sign_up'];
    expect(namesToTest(own, 'offline', keyEvents)).toEqual(['purchase', 'deal_won']);
    expect(namesToTest(own, 'crm', keyEvents)).toEqual(['purchase', 'deal_won', 'quiz_finished']);
    expect(namesToTest(own, 'web', keyEvents)).toEqual(['purchase', 'quiz_finished']);
    const none = prepareMap(settings());
    expect(EVENT_SOURCES.map((source) => namesToTest(none, source, []))).toEqual([
      ['view_item'],
      ['purchase'],
      ['purchase'],
      ['qualify_lead'],
    ]);
  });
});
