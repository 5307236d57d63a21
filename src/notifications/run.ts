import { setTimeout as delay } from 'node:timers/promises';
import { type DeliveryDependencies, deliverDue, routeNotifications } from './delivery.js';

/** Repeats a piece of work until `stop`; what it throws is logged once until it works again. */
async function repeat(
  work: () => Promise<unknown>,
  name: string,
  { everyMs, stop, log }: { everyMs: number; stop: AbortSignal; log: DeliveryDependencies['log'] },
): Promise<void> {
  let failing = false;
  while (!stop.aborted) {
    try {
      await work();
      if (failing) log.info({ work: name }, 'it works again');
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ work: name, reason: error instanceof Error ? error.message : String(error) }, 'it does not work; trying on');
      failing = true;
    }
    await delay(everyMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

/**
 * Takes notifications out of the outbox and delivers them until `stop`; resolves when what was being sent has been sent. Each channel has a
 * line of its own, so that one that hangs holds up no other, and none of them touches an onboarding.
 *
 * @param alive called after each look at the outbox that worked
 */
export async function runNotifier(
  deps: DeliveryDependencies,
  { everyMs, stop, alive }: { readonly everyMs: number; readonly stop: AbortSignal; readonly alive?: () => void },
): Promise<void> {
  const pace = { everyMs, stop, log: deps.log };
  await Promise.all([
    repeat(
      async () => {
        while (!stop.aborted && (await routeNotifications(deps)) > 0) continue;
        alive?.();
      },
      'outbox',
      pace,
    ),
    ...deps.channels.map((channel) => repeat(() => deliverDue(deps, channel, stop), channel.name, pace)),
  ]);
}
