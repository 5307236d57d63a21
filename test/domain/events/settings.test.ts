import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { eventSettings } from '../../../src/domain/events/event-settings.js';
import { judgeLine } from '../../../src/domain/events/judge.js';
import { prepareMap } from '../../../src/domain/events/prepared-map.js';
import { settingsOfTenant } from '../../../src/domain/events/tenant-settings.js';
import { createUnmappedCount } from '../../../src/domain/events/unmapped.js';
import { NOW } from './shop.js';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'events');
const faultsOf = (content: unknown) => {
  const read = eventSettings(content);
  return read.ok ? [] : read.faults;
};

describe('event settings', () => {
  it('of the example judge its events in every way', () => {
    const read = eventSettings(parse(readFileSync(join(examples, 'shop.settings.yaml'), 'utf8')));
    if (!read.ok) throw new Error(JSON.stringify(read.faults));
    const map = prepareMap(read.settings);
    const lines = readFileSync(join(examples, 'shop.events.jsonl'), 'utf8').trim().split('\n');
    const verdicts = lines.map((line) => judgeLine(map, line, NOW));
    expect(
      verdicts.map((verdict) => (verdict.verdict === 'send' ? verdict.event : 'reason' in verdict ? verdict.reason : verdict.verdict)),
    ).toEqual(['Purchase', 'Pageview', 'quiz_finished', 'unmapped', 'currency_missing', 'consent_denied', 'time_too_old']);
  });

  it('name every fault at once, by its path, with what is allowed and what was meant', () => {
    const faults = faultsOf({
      country: 'XX',
      currency: 'XAU',
      consent: 'asumed',
      colour: 'red',
      destinations: { app: { tiktok_app_id: '7300000000000000400' } },
      map: { a: 'Purchse', b: { offline: 'Pageview' }, c: 'Contact' },
      accept: ['purchase', 'c', 'd'],
      ignore: ['d'],
      optimisation: { event: 'StartTrial', objective: 'PRODUCT_SALES' },
    });
    expect(faults.map(({ path }) => path).toSorted()).toEqual(
      'accept.0 accept.1 accept.2 colour consent country currency default_source map.a map.b.offline optimisation.event'.split(' '),
    );
    expect(faults.find(({ path }) => path === 'map.a')).toMatchObject({ suggestion: 'Purchase' });
    expect(faults.find(({ path }) => path === 'consent')).toMatchObject({ allowed: ['assumed', 'required'], suggestion: 'assumed' });
  });

  it('cannot optimise for a custom event', () => {
    expect(faultsOf({ optimisation: { event: 'quiz_finished', objective: 'PRODUCT_SALES' } })).toMatchObject([
      { path: 'optimisation.event', problem: expect.stringContaining('custom event') },
    ]);
    expect(faultsOf({ optimisation: { event: 'CompletePayment', objective: 'PRODUCT_SALES', by_value: true } })).toEqual([]);
  });

  it('cannot optimise for the value of what is no payment', () => {
    expect(faultsOf({ optimisation: { event: 'AddToCart', objective: 'PRODUCT_SALES', by_value: true } })).toMatchObject([
      { path: 'optimisation.event', problem: expect.stringContaining('no payment'), allowed: ['Purchase'] },
    ]);
    expect(faultsOf({ optimisation: { event: 'AddToCart', objective: 'PRODUCT_SALES' } })).toEqual([]);
  });

  it('follow from a tenant: country, website, pixel and the events that its key events name', () => {
    const tenant = {
      country: 'DE',
      website: 'https://school.example.org/',
      ga4: { measurementId: 'G-EXAMPLE1', keyEvents: [{ name: 'visit', source: 'events_api' as const, tiktokEvent: 'Schedule' }] },
    };
    const map = prepareMap(settingsOfTenant(tenant, 'C4A1B2C3D4E5F6G7H8I0'));
    expect(map.target('web', 'visit')).toEqual({ event: 'Schedule', standard: true });
    expect(map.destination('web')).toEqual({ event_source: 'web', event_source_id: 'C4A1B2C3D4E5F6G7H8I0' });
    expect(prepareMap(settingsOfTenant(tenant, undefined)).destination('web')).toBeUndefined();
  });
});

describe('unmapped events', () => {
  it('are counted by name, most first, and never fill the memory', () => {
    const count = createUnmappedCount();
    for (let index = 0; index < 1_500; index += 1) count.add('web', `event_${index}`, 'map it');
    for (let index = 0; index < 3; index += 1) count.add('web', 'event_7', 'map it');
    const [others, seventh] = count.names();
    expect(count.names()).toHaveLength(1_001);
    expect(others).toMatchObject({ name: '(other names)', count: 500 });
    expect(seventh).toMatchObject({ name: 'event_7', count: 4, suggestion: 'map it' });
  });
});
