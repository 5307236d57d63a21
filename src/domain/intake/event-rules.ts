import type { Tenant } from '../../contract/tenant.js';
import type { KeyEventFile } from '../../contract/tenant-file.js';
import { type EventProblem, mapKeyEvents } from '../event-map.js';
import { fault, type Fault, type Path } from '../faults.js';
import { type Draft, repeats } from './draft.js';

/** A key event as the workflow knows it. */
export function keyEventOf({ name, source, tiktok_event: tiktokEvent, rule }: KeyEventFile): Tenant['ga4']['keyEvents'][number] {
  return { name, source, ...(tiktokEvent === undefined ? {} : { tiktokEvent }), ...(rule === undefined ? {} : { rule }) };
}

/** Key events, objectives and the optimisation event fit each other (design, `conversion_events`). */
export function eventRules(draft: Draft): Fault[] {
  const { keyEvents, mappedKeyEvents, keyEventNames, objectives, optimisationEvent, hasCatalog, keyEventCount } = draft;
  const problemsOf = (events: readonly (readonly [number, Omit<KeyEventFile, 'source'> & Partial<KeyEventFile>])[]) =>
    mapKeyEvents({
      ga4: { measurementId: '', keyEvents: events.map(([, keyEvent]) => keyEventOf({ source: 'site', ...keyEvent })) },
      objectives,
      optimisationEvent: optimisationEvent ?? '',
    }).located.map((problem) => ({ ...problem, place: problem.at === 'optimisation_event' ? 0 : (events[problem.at.keyEvent]?.[0] ?? 0) }));
  const bySource = ({ at }: EventProblem): boolean => at !== 'optimisation_event' && (at.field === 'source' || at.field === 'rule');
  // What an event maps to can be told without its source: a wrong source hides no fault of the mapping.
  const mapping = problemsOf(mappedKeyEvents.map(([index, { name, tiktok_event }]) => [index, { name, tiktok_event }])).filter(
    (problem) => !bySource(problem),
  );
  const complete = keyEventCount > 0 && mappedKeyEvents.length === keyEventCount && mapping.every(({ at }) => at === 'optimisation_event');
  const faults = repeats(keyEventNames, ({ name }) => name.toLowerCase()).map(({ index, first }) =>
    fault(['ga4', 'key_events', index, 'name'], `is the key event of ga4.key_events.${first} already`),
  );
  for (const { at, text, allowed, written, afterMapping, place } of [...problemsOf(keyEvents).filter(bySource), ...mapping]) {
    if (at === 'optimisation_event' && (optimisationEvent === undefined || (afterMapping && !complete))) continue;
    const path: Path = at === 'optimisation_event' ? [at] : ['ga4', 'key_events', place, at.field];
    faults.push(fault(path, text, { ...(allowed ? { allowed } : {}), ...(written === undefined ? {} : { written }) }));
  }
  if (objectives.includes('PRODUCT_SALES') && !hasCatalog)
    faults.push(fault(['catalog'], 'is missing: the objective PRODUCT_SALES sells from a catalog'));
  return faults;
}
