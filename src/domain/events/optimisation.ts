import type { EventSource } from '../../contract/events.js';
import { EVENTS_OF_OBJECTIVE, WEB_EVENTS } from '../standard-events.js';
import { currentName, PAGEVIEW, STANDARD_NAMES } from './names.js';

/** Payments that TikTok must have attributed before it can optimise for their value, and within which time. */
export const VALUE_OPTIMISATION = { payments: 20, days: 7 } as const;

/** Objectives that people call Sales; StartTrial cannot be optimised for under any of them. */
const SALES_OBJECTIVES: ReadonlySet<string> = new Set(['PRODUCT_SALES', 'WEB_CONVERSIONS']);

export interface OptimisationFinding {
  /** `impossible`: another event or objective must be chosen; `waiting`: it becomes possible once events arrive. */
  readonly kind: 'impossible' | 'waiting';
  readonly text: string;
  readonly allowed?: readonly string[];
}

export interface OptimisationChoice {
  /** TikTok's name, a former one included. */
  readonly event: string;
  /** objective_type, such as PRODUCT_SALES. */
  readonly objective: string;
  readonly source: Extract<EventSource, 'web' | 'app'>;
  readonly byValue: boolean;
  /** App: when the first install event came in (ISO 8601); null or absent while none has. */
  readonly firstInstallAt?: string | null;
  /** By value: payments that count so far. */
  readonly payments?: PaymentProgress;
}

/** What stands against optimising for an event, of everything that is known when it is chosen. Empty: it can be chosen. */
export function optimisationFindings(choice: OptimisationChoice): OptimisationFinding[] {
  const { objective, source, byValue } = choice;
  const event = currentName(choice.event);
  const impossible = (text: string, allowed?: readonly string[]): OptimisationFinding => ({
    kind: 'impossible',
    text,
    ...(allowed ? { allowed } : {}),
  });
  const findings: OptimisationFinding[] = [];
  const names = STANDARD_NAMES[source];
  if (event === PAGEVIEW || !names.has(event))
    return [impossible(`${event} is a custom event on ${source}; TikTok optimises for standard events only`, [...names])];
  const possible = source === 'web' && Object.hasOwn(EVENTS_OF_OBJECTIVE, objective) ? EVENTS_OF_OBJECTIVE[objective] : undefined;
  if (event === 'StartTrial' && SALES_OBJECTIVES.has(objective))
    findings.push(impossible(`StartTrial cannot be optimised for under ${objective} (Sales)`, possible && [...possible]));
  else if (possible && !possible.has(event))
    findings.push(impossible(`${event} cannot be optimised for under ${objective}`, [...possible]));
  if (source === 'app' && event !== 'InstallApp' && !choice.firstInstallAt)
    findings.push({ kind: 'waiting', text: `${event} waits for the app's first install event; none has come in yet` });
  if (byValue) {
    if (event !== 'Purchase')
      findings.push(impossible(`${event} is no payment; only the value of Purchase can be optimised for`, ['Purchase']));
    const { counted, needed } = choice.payments ?? paymentProgress([], new Date(0));
    if (counted < needed) {
      const text = `value optimisation: ${counted} of ${needed} attributed, unique payments with a value within ${VALUE_OPTIMISATION.days} days`;
      findings.push({ kind: 'waiting', text });
    }
  }
  return findings;
}

/** One payment as the ledger and TikTok's statistics know it. */
export interface Payment {
  readonly eventId: string;
  readonly happenedAt: Date;
  /** In currency units; payments without a value do not count. */
  readonly value: number | null;
  readonly attributed: boolean;
}

export interface PaymentProgress {
  readonly counted: number;
  readonly needed: number;
  readonly ready: boolean;
}

/** How far a tenant is on the way to value optimisation: attributed payments with a value in the last 7 days, each event id once. */
export function paymentProgress(payments: Iterable<Payment>, now: Date): PaymentProgress {
  const from = now.getTime() - VALUE_OPTIMISATION.days * 86_400_000;
  const ids = new Set<string>();
  for (const { eventId, happenedAt, value, attributed } of payments) {
    const at = happenedAt.getTime();
    if (attributed && value !== null && value > 0 && at > from && at <= now.getTime()) ids.add(eventId);
  }
  const needed = VALUE_OPTIMISATION.payments;
  return { counted: ids.size, needed, ready: ids.size >= needed };
}

/** The ad group's `optimization_event` of a web event; null where TikTok documents none. */
export function webOptimisationEvent(event: string): string | null {
  return Object.entries(WEB_EVENTS).find(([name]) => name === currentName(event))?.[1] ?? null;
}
