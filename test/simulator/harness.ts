import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.js';

/** One line of `GET /_sim/ledger`, as far as tests look at it. */
const ledgerAnswer = z.object({
  entries: z.array(
    z.object({
      sequence: z.number(),
      at: z.string(),
      wallMs: z.number(),
      method: z.string(),
      path: z.string(),
      httpStatus: z.number(),
      code: z.number().nullable(),
      committed: z.boolean(),
      requestId: z.string(),
      subjects: z.array(z.string()),
      parameters: z.record(z.string(), z.unknown()).nullable(),
      created: z.array(z.string()),
      fault: z.string().nullable(),
    }),
  ),
});
export type LedgerLine = z.output<typeof ledgerAnswer>['entries'][number];

const faultList = z.object({
  faults: z.array(
    z.object({
      id: z.number(),
      fault: z.string(),
      spent: z.boolean(),
      fired: z.array(z.object({ path: z.string(), requestId: z.string() })),
    }),
  ),
});
const violationList = z.object({ violations: z.array(z.object({ path: z.string(), method: z.string(), field: z.string() })) });
const clockAnswer = z.object({ now: z.string(), scale: z.number() });

/** The admin API of a simulator at `url`, over HTTP only. */
export class Admin {
  constructor(private readonly url: () => string) {}

  /** Sends one admin request; the answer's status and JSON. */
  async request(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
    const response = await fetch(`${this.url()}/_sim/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    return { status: response.status, json };
  }

  /** @throws when the simulator does not answer 200; a test that sends a wrong admin request uses `request`. */
  async ok(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, json } = await this.request(method, path, body);
    if (status !== 200) throw new Error(`${method} /_sim/${path}: ${status} ${JSON.stringify(json)}`);
    return json;
  }

  async ledger(query = ''): Promise<LedgerLine[]> {
    return ledgerAnswer.parse(await this.ok('GET', `ledger${query}`)).entries;
  }

  /** Sets a fault on an endpoint below `/open_api/v1.3`. */
  fault(endpoint: string, fault: string, more: object = {}): Promise<unknown> {
    return this.ok('POST', 'faults', { endpoint, fault, ...more });
  }

  async faults(): Promise<z.output<typeof faultList>['faults']> {
    return faultList.parse(await this.ok('GET', 'faults')).faults;
  }

  async violations(): Promise<z.output<typeof violationList>['violations']> {
    return violationList.parse(await this.ok('GET', 'violations')).violations;
  }

  /** Moves the simulated clock forward. */
  async advance(milliseconds: number): Promise<number> {
    return Date.parse(clockAnswer.parse(await this.ok('POST', 'clock', { advanceMs: milliseconds })).now);
  }

  /** Moves the clock to the beginning of the next whole `periodMs`, so that a test does not straddle two of them. */
  async toStartOf(periodMs: number): Promise<void> {
    const now = Date.parse(clockAnswer.parse(await this.ok('GET', 'clock')).now);
    await this.advance(periodMs - (now % periodMs) + 1);
  }

  person(action: string, fields: object = {}): Promise<unknown> {
    return this.ok('POST', 'people', { action, ...fields });
  }

  settings(fields: object): Promise<unknown> {
    return this.ok('POST', 'settings', fields);
  }

  async reset(): Promise<void> {
    await this.ok('POST', 'reset');
  }
}

/** A simulator for one test file, on a free port, spoken to over HTTP. */
export interface RunningSimulator {
  readonly url: string;
  readonly apiUrl: string;
  readonly admin: Admin;
}

/** Starts a simulator before the tests of the file and stops it after them. */
export function useSimulator(options: SimulatorOptions = {}): RunningSimulator {
  let running: Simulator | null = null;
  const started = (): Simulator => {
    if (running === null) throw new Error('the simulator is started by beforeAll: use it inside a test');
    return running;
  };
  beforeAll(async () => {
    running = await startSimulator({ rateLimit: 'off', ...options });
  });
  afterAll(async () => {
    await running?.close();
  });
  return {
    get url() {
      return started().url;
    },
    get apiUrl() {
      return started().apiUrl;
    },
    admin: new Admin(() => started().url),
  };
}
