import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../src/store/database.js';

export interface OpenGate {
  readonly slug: string;
  readonly revision: number;
  readonly evidence_hash: string;
}

interface Waiting {
  readonly settle: (gate: OpenGate) => void;
  readonly fail: (error: Error) => void;
}

const EVERY_MS = 20;
const PARKED_EVERY = 50;

/** Sees gates open by one look at the projection for all onboardings, so that nobody has to ask the workflows. */
export class GateWatch {
  private readonly waiting = new Map<string, Waiting>();
  private stopped = false;
  private readonly looking: Promise<void>;

  constructor(private readonly db: Database) {
    this.looking = this.look();
  }

  /** The onboarding's gate as soon as it is open. @throws Error when the onboarding parks instead */
  async opened(slug: string): Promise<OpenGate> {
    return new Promise((settle, fail) => this.waiting.set(slug, { settle, fail }));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.looking;
  }

  private async look(): Promise<void> {
    for (let looks = 1; !this.stopped; looks += 1) {
      try {
        if (this.waiting.size > 0) await this.settleOpen();
        if (looks % PARKED_EVERY === 0) await this.failParked();
      } catch (error) {
        for (const { fail } of this.waiting.values()) fail(error instanceof Error ? error : new Error(String(error)));
        this.waiting.clear();
      }
      await delay(EVERY_MS);
    }
  }

  private async settleOpen(): Promise<void> {
    const { rows } = await sql<OpenGate>`
      select slug, revision, evidence_hash from gates where state = 'open' and slug = any(${[...this.waiting.keys()]}::text[])`.execute(
      this.db,
    );
    for (const gate of rows) {
      this.waiting.get(gate.slug)?.settle(gate);
      this.waiting.delete(gate.slug);
    }
  }

  private async failParked(): Promise<void> {
    const { rows } = await sql<{ slug: string; failure: string }>`
      select slug, jsonb_path_query_first(status, '$.steps[*].failure ? (@ != null)')::text as failure
      from onboardings where cardinality(failure_codes) > 0 limit 1`.execute(this.db);
    const [parked] = rows;
    if (parked) throw new Error(`${parked.slug} is parked: ${parked.failure}`);
  }
}
