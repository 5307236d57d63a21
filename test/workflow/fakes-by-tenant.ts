import type { FakeActivities, Fakes } from './fake-activities.js';
import { fakeActivities } from './fake-activities.js';

function slugOf(input: unknown): string {
  if (typeof input === 'object' && input !== null) {
    if ('slug' in input && typeof input.slug === 'string') return input.slug;
    if ('status' in input) return slugOf(input.status);
  }
  throw new Error('an activity was called without a slug');
}

/** The activities of one worker that serves many tenants, each with its own fakes, found by the slug in every call. */
export function byTenant(): { readonly activities: FakeActivities; add(slug: string, fakes: Fakes): void } {
  const tenants = new Map<string, Fakes>();
  const { activities } = fakeActivities();
  for (const name of Object.keys(activities)) {
    Object.defineProperty(activities, name, {
      enumerable: true,
      value: (input: unknown) => {
        const fakes = tenants.get(slugOf(input));
        if (!fakes) throw new Error(`no fakes for ${slugOf(input)}`);
        const activity: unknown = Reflect.get(fakes.activities, name);
        if (typeof activity !== 'function') throw new Error(`no activity ${name}`);
        return Reflect.apply(activity, undefined, [input]) as unknown;
      },
    });
  }
  return { activities, add: (slug, fakes) => tenants.set(slug, fakes) };
}
