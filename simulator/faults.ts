import { z } from 'zod';
import { endpointTables } from './parameters/index.js';

/** What can go wrong on purpose; the part after `=` is the fault's number. */
const faultName = z
  .string()
  .regex(
    /^(commit-then-drop|drop|visible-after=\d+s|code=\d+|commit-then-code=\d+|slow(=\d+)?|hold-answer|http=\d{3}|commit-then-http=\d{3}|revoke-token|reject-review|html|cut-json|drip)$/,
    'unknown fault',
  );

/** Body of `POST /_sim/faults`. */
export const faultRequest = z.strictObject({
  /** Path below `/open_api/v1.3`, or `*` for all. */
  endpoint: z.string().refine((path) => path === '*' || endpointTables.has(path), 'no such endpoint: a fault on it would never fire'),
  fault: faultName,
  /** How often it fires; `null` until it is removed. */
  times: z.number().int().positive().nullable().default(1),
  /** Matching requests that pass before it fires for the first time. */
  after: z.number().int().nonnegative().default(0),
  /** Only requests whose text contains this. */
  match: z.string().optional(),
  /** Milliseconds of `slow` and between the bytes of `drip`. */
  ms: z.number().int().nonnegative().optional(),
  /** Chance per matching request, drawn from the seed. */
  probability: z.number().gt(0).lte(1).default(1),
  seed: z.number().int().default(1),
});

export type FaultRequest = z.input<typeof faultRequest>;

interface Fault {
  readonly id: number;
  readonly request: z.output<typeof faultRequest>;
  seen: number;
  random: number;
  /** Settles when the fault is removed: until then it holds answers back. */
  readonly removed: Promise<void>;
  readonly release: () => void;
  readonly fired: { at: string; wallMs: number; path: string; requestId: string }[];
}

/** What a request suffers; taken from every fault that fires on it. */
export interface Effects {
  readonly names: readonly string[];
  /** Answer this code without doing anything, or after doing it. */
  readonly code: { value: number; commits: boolean } | null;
  readonly http: { status: number; commits: boolean } | null;
  readonly drop: 'before' | 'after' | null;
  readonly hiddenForMs: number;
  readonly slowMs: number;
  /** The answer waits for this. */
  readonly held: Promise<void> | null;
  readonly revokeToken: boolean;
  readonly rejectReview: boolean;
  readonly html: boolean;
  readonly cutJson: boolean;
  readonly dripMs: number | null;
}

const NONE: Effects = {
  names: [],
  code: null,
  http: null,
  drop: null,
  hiddenForMs: 0,
  slowMs: 0,
  held: null,
  revokeToken: false,
  rejectReview: false,
  html: false,
  cutJson: false,
  dripMs: null,
};

/** The faults that are set, and the record of when each fired. */
export class Faults {
  #faults: Fault[] = [];
  #nextId = 1;

  add(request: FaultRequest): number {
    const parsed = faultRequest.parse(request);
    const id = this.#nextId++;
    let release = (): void => undefined;
    const removed = new Promise<void>((resolve) => (release = resolve));
    this.#faults.push({ id, request: parsed, seen: 0, random: parsed.seed >>> 0, removed, release, fired: [] });
    return id;
  }

  /** Stops a fault from firing and lets the answers go that it holds back. */
  remove(id: number): boolean {
    const fault = this.#faults.find((item) => item.id === id);
    if (fault === undefined) return false;
    fault.release();
    this.#faults = this.#faults.filter((item) => item.id !== id);
    return true;
  }

  clear(): void {
    for (const fault of this.#faults) fault.release();
    this.#faults = [];
  }

  /** Every fault with what is left of it and when it fired. */
  list(): object[] {
    return this.#faults.map((fault) => ({
      id: fault.id,
      ...fault.request,
      fired: fault.fired,
      spent: fault.request.times !== null && fault.fired.length >= fault.request.times,
    }));
  }

  /** The effects on one request; each fault that fires is recorded. */
  take(path: string, requestText: () => string, at: { iso: string; wallMs: number; requestId: string }): Effects {
    if (this.#faults.length === 0) return NONE;
    let effects = NONE;
    for (const fault of this.#faults) {
      const { request } = fault;
      if (request.endpoint !== '*' && request.endpoint !== path) continue;
      if (request.times !== null && fault.fired.length >= request.times) continue;
      if (request.match !== undefined && !requestText().includes(request.match)) continue;
      fault.seen += 1;
      if (fault.seen <= request.after) continue;
      if (request.probability < 1 && nextRandom(fault) >= request.probability) continue;
      fault.fired.push({ at: at.iso, wallMs: at.wallMs, path, requestId: at.requestId });
      effects = { ...effects, ...effectOf(fault), names: [...effects.names, request.fault] };
    }
    return effects;
  }
}

/** Mulberry32: small, seeded, the same on every machine. */
function nextRandom(fault: Fault): number {
  fault.random = (fault.random + 0x6d2b79f5) >>> 0;
  let mixed = fault.random;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

function effectOf({ request, removed }: Fault): Partial<Effects> {
  const [name, value] = request.fault.split('=');
  const number = Number.parseInt(value ?? '0', 10);
  switch (name) {
    case 'code':
    case 'commit-then-code':
      return { code: { value: number, commits: name !== 'code' } };
    case 'http':
    case 'commit-then-http':
      return { http: { status: number, commits: name !== 'http' } };
    case 'drop':
      return { drop: 'before' };
    case 'commit-then-drop':
      return { drop: 'after' };
    case 'visible-after':
      return { hiddenForMs: number * 1000 };
    case 'slow':
      return { slowMs: request.ms ?? (number || 5000) };
    case 'hold-answer':
      return { held: removed };
    case 'revoke-token':
      return { revokeToken: true };
    case 'reject-review':
      return { rejectReview: true };
    case 'html':
      return { html: true };
    case 'cut-json':
      return { cutJson: true };
    default:
      return { dripMs: request.ms ?? 200 };
  }
}

/** Texts for codes that a fault sends (facts 1.3). */
export const CODE_MESSAGES: Readonly<Record<number, string>> = {
  20001: 'Partially successful.',
  40001: 'No permission.',
  40002: 'Invalid parameters.',
  40016: 'Too many requests. Please retry in some seconds.',
  40100: 'Too many requests. Please retry in some seconds.',
  40102: 'Access token is expired.',
  40104: 'Access token is null, you should set it in http header with key Access-Token.',
  40105: 'Access token is incorrect or has been revoked.',
  40130: 'The access token does not have the required scope.',
  40132: "The request QPS is limited by pixel_code's value.",
  40133: "Advertiser's QPS reaches QPS limit for current path, request is temporarily restricted.",
  40201: 'The task is not ready.',
  40202: 'Request failed due to optimistic locking to ensure data integrity.',
  40700: 'Internal validation error.',
  50000: 'System error.',
  50002: 'Service error. Please try again.',
  51010: 'Internal service connection timeout. Please try again.',
  60001: 'The service is under maintenance.',
  61000: 'Too many requests.',
};
