/** The simulator's clock: it runs with the real one, can be moved forward and can run faster. */
export class SimulatorClock {
  #anchorReal = Date.now();
  #anchorSimulated: number;
  #scale = 1;
  #advancedMs = 0;

  constructor(startMs?: number) {
    this.#anchorSimulated = startMs ?? this.#anchorReal;
  }

  /** Simulated time in milliseconds since the Unix epoch, at a moment of the real clock. */
  now(realMs: number = Date.now()): number {
    return Math.floor(this.#anchorSimulated + (realMs - this.#anchorReal) * this.#scale);
  }

  /** Wall time plus all jumps, without the scale: what rate limits are counted in. */
  wall(realMs: number = Date.now()): number {
    return realMs + this.#advancedMs;
  }

  advance(milliseconds: number): void {
    this.#rebase();
    this.#anchorSimulated += milliseconds;
    this.#advancedMs += milliseconds;
  }

  /** 1 is real time; 60 lets a minute pass each second. */
  setScale(scale: number): void {
    this.#rebase();
    this.#scale = scale;
  }

  get scale(): number {
    return this.#scale;
  }

  #rebase(): void {
    const realMs = Date.now();
    this.#anchorSimulated = this.now(realMs);
    this.#anchorReal = realMs;
  }
}

/** `YYYY-MM-DD HH:MM:SS` in UTC (facts 1.1). */
export function utcText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2020-06-10T07:39:14Z`, the form of files and pixels (facts 1.1). */
export function isoText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
