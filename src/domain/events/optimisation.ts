import type { EventSettingsFile } from '../../contract/event-settings.js';
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
    const { counted, needed } = choice.payments ?? paymentProgress(0);
    if (counted < needed) {
      const text = `value optimisation: ${counted} of ${needed} attributed, unique payments with a value within ${VALUE_OPTIMISATION.days} days`;
      findings.push({ kind: 'waiting', text });
    }
  }
  return findings;
}

export interface PaymentProgress {
  readonly counted: number;
  readonly needed: number;
  readonly ready: boolean;
}

/**
 * How far a tenant is on the way to value optimisation.
 * @param counted attributed, unique payments with a value of the last 7 days
 */
export function paymentProgress(counted: number): PaymentProgress {
  const needed = VALUE_OPTIMISATION.payments;
  return { counted, needed, ready: counted >= needed };
}

/** What the ledger of events tells about optimising. */
export interface OptimisationFacts {
  /** Payments of the last 7 days that count. */
  readonly payments: Readonly<Record<'web' | 'app', number>>;
  /** ISO 8601; null while no install event went to TikTok. */
  readonly firstInstallAt: string | null;
}

/** What a tenant's campaigns are to optimise for, what stands against it, and how far it is on the way to the value of payments. */
export interface OptimisationStanding {
  readonly choice: Pick<OptimisationChoice, 'event' | 'objective' | 'source' | 'byValue'> | null;
  readonly findings: readonly OptimisationFinding[];
  readonly payments: Readonly<Record<'web' | 'app', PaymentProgress>>;
  readonly firstInstallAt: string | null;
}

/** @param chosen of the event settings */
export function optimisationStanding(
  chosen: EventSettingsFile['optimisation'],
  { payments, firstInstallAt }: OptimisationFacts,
): OptimisationStanding {
  const progress = { web: paymentProgress(payments.web), app: paymentProgress(payments.app) };
  if (chosen === undefined) return { choice: null, findings: [], payments: progress, firstInstallAt };
  const { event, objective, source, by_value: byValue } = chosen;
  const choice = { event, objective, source, byValue };
  const findings = optimisationFindings({ ...choice, firstInstallAt, payments: progress[source] });
  return { choice, findings, payments: progress, firstInstallAt };
}

/** The ad group's `optimization_event` of a web event; null where TikTok documents none. */
export function webOptimisationEvent(event: string): string | null {
  return Object.entries(WEB_EVENTS).find(([name]) => name === currentName(event))?.[1] ?? null;
}
