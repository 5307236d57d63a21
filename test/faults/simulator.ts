import { z } from 'zod';

const entry = z.looseObject({
  sequence: z.number(),
  wallMs: z.number(),
  method: z.string(),
  path: z.string(),
  httpStatus: z.number(),
  code: z.number().nullable(),
  mutation: z.boolean(),
  committed: z.boolean(),
  advertiserId: z.string(),
  subjects: z.array(z.string()),
  parameters: z.record(z.string(), z.unknown()).nullable(),
  created: z.array(z.string()),
  fault: z.string().nullable(),
});
export type SimulatedCall = z.infer<typeof entry>;

const faultState = z.looseObject({
  id: z.number(),
  endpoint: z.string(),
  fault: z.string(),
  fired: z.array(z.looseObject({ wallMs: z.number() })),
});
export type FaultState = z.infer<typeof faultState>;

export interface FaultSetting {
  readonly endpoint: string;
  readonly fault: string;
  readonly times?: number | null;
  readonly after?: number;
  readonly match?: string;
  readonly ms?: number;
  readonly probability?: number;
  readonly seed?: number;
}

interface CallFilter {
  readonly tenant?: string;
  readonly path?: string;
  readonly committed?: boolean;
  readonly since?: number;
  readonly code?: number;
}

/** TikTok's side as a test sees it: its ledger, its faults, its people (simulator/README.md). */
export interface SimulatorSide {
  calls(filter?: CallFilter): Promise<SimulatedCall[]>;
  /** Sets a fault; the test must later see that it fired. */
  fault(setting: FaultSetting): Promise<number>;
  faults(): Promise<FaultState[]>;
  /** How often a fault fired so far. */
  fired(id: number): Promise<number>;
  /** Ends a fault and lets go what it held back. */
  lift(id: number): Promise<void>;
  person(action: Readonly<Record<string, unknown>>): Promise<unknown>;
  settings(change: Readonly<Record<string, unknown>>): Promise<void>;
  /** Turns TikTok's clock on, or lets it run so many times as fast. */
  clock(change: { readonly advanceMs?: number; readonly scale?: number }): Promise<void>;
  seed(document: Readonly<Record<string, unknown>>): Promise<void>;
  state(): Promise<unknown>;
  /** Fields of our requests that TikTok's documentation does not know, as `path: field`. */
  violations(): Promise<string[]>;
}

const violationList = z.object({ violations: z.array(z.object({ path: z.string(), field: z.string() })) });

/** @throws Error with the simulator's answer when it refuses a request */
export function simulatorSide(url: string): SimulatorSide {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/_sim${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the simulator refused ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const faults = async (): Promise<FaultState[]> => z.object({ faults: z.array(faultState) }).parse(await send('GET', '/faults')).faults;
  return {
    async calls(filter = {}) {
      const query = new URLSearchParams(Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)])));
      return z.object({ entries: z.array(entry) }).parse(await send('GET', `/ledger?${query.toString()}`)).entries;
    },
    fault: async (setting) => z.object({ id: z.number() }).parse(await send('POST', '/faults', setting)).id,
    faults,
    async fired(id) {
      const fault = (await faults()).find((each) => each.id === id);
      if (!fault) throw new Error(`the simulator has no fault ${id}; its record goes with it when it is lifted`);
      return fault.fired.length;
    },
    lift: async (id) => void (await send('DELETE', `/faults/${id}`)),
    person: (action) => send('POST', '/people', action),
    settings: async (change) => void (await send('POST', '/settings', change)),
    clock: async (change) => void (await send('POST', '/clock', change)),
    seed: async (document) => void (await send('POST', '/seed', document)),
    state: () => send('GET', '/state'),
    async violations() {
      return violationList.parse(await send('GET', '/violations')).violations.map(({ path, field }) => `${path}: ${field}`);
    },
  };
}
