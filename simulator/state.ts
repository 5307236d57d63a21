import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { SimulatorClock } from './clock.js';
import type { SimulatorState } from './entities.js';
import { isRecord } from './json.js';
import { Ledger, type LedgerEntry } from './ledger.js';
import { defaultState, type SeedDocument, seededState } from './seed.js';

interface Saved {
  readonly version: 1;
  readonly clockMs: number;
  readonly state: SimulatorState;
  readonly ledger: readonly LedgerEntry[];
}

const savedShape = z.custom<Saved>(
  (value) => isRecord(value) && value.version === 1 && isRecord(value.state) && Array.isArray(value.ledger),
);

const SAVE_AFTER_MS = 250;

function readSaved(file: string): Saved {
  try {
    return savedShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} is not a state file of this simulator; move it away, or set SIMULATOR_STATE to another path`, {
      cause: error,
    });
  }
}

/** State, clock and ledger together, kept in a file when one is named. */
export class Store {
  state: SimulatorState;
  clock: SimulatorClock;
  readonly ledger = new Ledger();
  #timer: NodeJS.Timeout | null = null;

  /** @throws when the file exists but is not one of ours: starting empty would lose what it holds. */
  constructor(private readonly file: string | null) {
    this.clock = new SimulatorClock();
    this.state = defaultState(this.clock.now());
    if (file === null || !existsSync(file)) return;
    const saved = readSaved(file);
    this.clock = new SimulatorClock(Math.max(saved.clockMs, Date.now()));
    this.state = { ...this.state, ...saved.state };
    this.ledger.restore(saved.ledger);
  }

  /** Everything as at a fresh start with this seed. */
  reset(seed: SeedDocument): void {
    this.clock = new SimulatorClock();
    this.state = seededState(seed, this.clock.now());
    this.ledger.clear();
    this.changed();
  }

  /** Call after every change: the file is written soon, once for many changes. */
  changed(): void {
    if (this.file === null || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.save();
    }, SAVE_AFTER_MS);
    this.#timer.unref();
  }

  /** Writes the file now; a torn write cannot happen because the file is replaced as a whole. */
  save(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.file === null) return;
    const saved: Saved = { version: 1, clockMs: this.clock.now(), state: this.state, ledger: this.ledger.toJSON() };
    writeFileSync(`${this.file}.new`, JSON.stringify(saved));
    renameSync(`${this.file}.new`, this.file);
  }
}
