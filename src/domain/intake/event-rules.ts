import type { Tenant } from '../../contract/tenant.js';
import type { KeyEventFile } from '../../contract/tenant-file.js';
import { mapKeyEvents } from '../event-map.js';
import { fault, type Fault, type Path } from '../faults.js';
import { type Draft, repeats } from './draft.js';

/** A key event as the workflow knows it. */
export function keyEventOf({ name, source, tiktok_event: tiktokEvent, rule }: KeyEventFile): Tenant['ga4']['keyEvents'][number] {
  return { name, source, ...(tiktokEvent === undefined ? {} : { tiktokEvent }), ...(rule === undefined ? {} : { rule }) };
}

/** Key events, objectives and the optimisation event fit each other (design, `conversion_events`). */
export function eventRules(draft: Draft): Fault[] {
  const { keyEvents, keyEventNames, objectives, optimisationEvent, hasCatalog, keyEventCount } = draft;
  const places = keyEvents.map(([index]) => index);
  const { located } = mapKeyEvents({
    ga4: { measurementId: '', keyEvents: keyEvents.map(([, keyEvent]) => keyEventOf(keyEvent)) },
    objectives,
    optimisationEvent: optimisationEvent ?? '',
  });
  const complete =
    keyEventCount > 0 &&
    keyEvents.length === keyEventCount &&
    !located.some(({ at }) => at !== 'optimisation_event' && at.field !== 'source' && at.field !== 'rule');
  const faults = repeats(keyEventNames, ({ name }) => name.toLowerCase()).map(({ index, first }) =>
    fault(['ga4', 'key_events', index, 'name'], `is the key event of ga4.key_events.${first} already`),
  );
  for (const { at, text, allowed, written, afterMapping } of located) {
    if (at === 'optimisation_event' && (optimisationEvent === undefined || (afterMapping && !complete))) continue;
    const path: Path = at === 'optimisation_event' ? [at] : ['ga4', 'key_events', places[at.keyEvent] ?? 0, at.field];
    faults.push(fault(path, text, { ...(allowed ? { allowed } : {}), ...(written === undefined ? {} : { written }) }));
  }
  if (objectives.includes('PRODUCT_SALES') && !hasCatalog)
    faults.push(fault(['catalog'], 'is missing: the objective PRODUCT_SALES sells from a catalog'));
  return faults;
}
