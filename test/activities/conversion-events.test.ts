import { describe, expect, it } from 'vitest';
import type { Pixel } from '../../src/contract/onboarding-activities.js';
import type { KeyEvent } from '../../src/contract/tenant.js';
import { pixelName } from '../../src/domain/naming.js';
import { failureOf, useEngine } from './engine.js';

const tourRule = { trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'OPERATORTYPE_CONTAINS', variable: 'PAGE_PATH', value: '/tours/' } as const;
const tour: KeyEvent = { name: 'view_item', source: 'pixel_rule', rule: tourRule };
const call: KeyEvent = {
  name: 'call_button',
  source: 'pixel_rule',
  tiktokEvent: 'Contact',
  rule: { trigger: 'TRIGGERTYPE_CLICK', operator: 'EQUALS', variable: 'ELEMENT', value: '#call' },
};
const viewed = { event: 'ViewContent', keyEvent: tour };
const called = { event: 'Contact', keyEvent: call };

describe('pixel rules for key events that nothing else sends', () => {
  const engine = useEngine();

  async function pixel(slug: string): Promise<{ slug: string; bcId: string; advertiserId: string; pixel: Pixel }> {
    const { advertiser, attempt, activities } = engine();
    const of = await advertiser(slug);
    return { ...of, pixel: await attempt(activities.createPixel, { ...of, name: pixelName(slug), category: 'CUSTOMIZE_EVENTS' }) };
  }
  const rules = ({ pixelId }: Pixel) => engine().simulator.store.state.pixels[pixelId]?.events ?? [];

  it('are made with TikTok’s words, and each once', async () => {
    const { attempt, activities, committed } = engine();
    const of = await pixel('tours');

    expect(await attempt(activities.createPixelEvents, { ...of, events: [viewed] })).toEqual({
      created: ['kobi view_item ViewContent'],
      existing: [],
    });
    expect(await attempt(activities.createPixelEvents, { ...of, events: [viewed, called] })).toEqual({
      created: ['kobi call_button Contact'],
      existing: ['kobi view_item ViewContent'],
    });
    expect(await attempt(activities.createPixelEvents, { ...of, events: [viewed, called] })).toMatchObject({ created: [] });

    expect(committed('/pixel/event/create/')).toHaveLength(2);
    expect(rules(of.pixel)).toMatchObject([
      {
        eventType: 'ON_WEB_DETAIL',
        statisticType: 'EVERY_TIME',
        rules: [{ trigger: 'TRIGGERTYPE_PAGEVIEW', operator: 'OPERATORTYPE_CONTAINS', variable: 'PAGE_PATH', value: '/tours/' }],
      },
      {
        eventType: 'CONSULT',
        rules: [{ trigger: 'TRIGGERTYPE_CLICK', operator: 'OPERATORTYPE_EQUALS', variable: 'ELEMENT', value: '#call' }],
      },
    ]);
  });

  it.each(['commit-then-drop', 'drop'] as const)('are there once after an answer that was lost (%s)', async (fault) => {
    const { attempt, activities, committed, simulator } = engine();
    const of = await pixel('lost');
    simulator.faults.add({ endpoint: '/pixel/event/create/', fault });

    expect(await failureOf(attempt(activities.createPixelEvents, { ...of, events: [viewed] }))).toMatchObject({
      code: 'tiktok_unavailable',
      retryable: true,
    });
    await attempt(activities.createPixelEvents, { ...of, events: [viewed] });

    expect(rules(of.pixel).map((rule) => rule.name)).toEqual(['kobi view_item ViewContent']);
    expect(committed('/pixel/event/create/')).toHaveLength(1);
  });

  it('that an amendment changes take the place of the old ones, also when it goes back to what was', async () => {
    const { attempt, activities, simulator } = engine();
    const of = await pixel('moved');
    const at = (value: string) => ({ ...viewed, keyEvent: { ...tour, rule: { ...tourRule, value } } });
    const make = (value: string) => attempt(activities.createPixelEvents, { ...of, events: [at(value), called] });
    const shown = () => rules(of.pixel).map((each) => `${each.name}: ${each.rules.map((rule) => rule.value).join()}`);
    await make('/tours/');

    simulator.faults.add({ endpoint: '/pixel/event/delete/', fault: 'commit-then-drop' });
    expect(await failureOf(make('/trips/'))).toMatchObject({ retryable: true });
    expect(await make('/trips/')).toEqual({ created: ['kobi view_item ViewContent'], existing: ['kobi call_button Contact'] });
    expect(shown()).toEqual(['kobi call_button Contact: #call', 'kobi view_item ViewContent: /trips/']);

    await make('/tours/');
    expect(shown()).toEqual(['kobi call_button Contact: #call', 'kobi view_item ViewContent: /tours/']);
  });

  it('are refused before any call for an event that TikTok documents no rule for', async () => {
    const { attempt, activities, committed } = engine();
    const of = await pixel('trial');
    const trial = { event: 'StartTrial', keyEvent: { ...tour, name: 'trial' } };
    const failure = await failureOf(attempt(activities.createPixelEvents, { ...of, events: [viewed, trial] }));
    expect(failure).toMatchObject({ code: 'events_impossible', retryable: false });
    expect(failure.message).toContain('StartTrial');
    expect(committed('/pixel/event/create/')).toEqual([]);
  });
});
