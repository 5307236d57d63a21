import type { Boundary } from './boundaries.js';
import { type Link, linkTo } from './link.js';
import type { WorkerProcess } from './workers.js';
import type { World } from './world.js';

interface Place {
  readonly link: Link;
  readonly worker: Promise<WorkerProcess>;
}

/**
 * One worker at a time, and the next one ready behind a frozen link: when the first is killed, the next polls at once and nobody
 * waits for a process to start.
 */
export class Succession {
  private next: Place | undefined;
  /** Instants of the kills, epoch milliseconds. */
  readonly kills: number[] = [];

  private constructor(
    private readonly world: World,
    private current: Place,
  ) {}

  static async begin(world: World): Promise<Succession> {
    const link = await linkTo(world.env.TEMPORAL_ADDRESS ?? '');
    const worker = world.workers.start({ TEMPORAL_ADDRESS: link.address });
    await worker;
    const succession = new Succession(world, { link, worker });
    succession.next = await succession.standby();
    return succession;
  }

  private async standby(): Promise<Place> {
    const link = await linkTo(this.world.env.TEMPORAL_ADDRESS ?? '');
    link.freeze();
    const worker = this.world.workers.start({ TEMPORAL_ADDRESS: link.address });
    // Whoever kills awaits it; until then a failed start is nobody's.
    worker.catch(() => undefined);
    return { link, worker };
  }

  /** Kills the worker while it is held at these boundaries, and lets the next one take over. */
  async kill(held: readonly Boundary[]): Promise<void> {
    const { link, worker: starting } = this.current;
    const worker = await starting;
    const answered = held.filter(({ point }) => point === 'answered');
    if (answered.length > 0) {
      link.freeze();
      for (const boundary of answered) await boundary.answer(worker);
    }
    await worker.kill();
    this.kills.push(Date.now());
    await link.close();
    for (const boundary of held) await boundary.release();
    this.current = await this.takeOver(this.next);
    this.next = await this.standby();
  }

  /** Lets the one that waits poll, or a fresh one when its patience with the frozen link is over. */
  private async takeOver(waiting: Place | undefined): Promise<Place> {
    try {
      if (waiting) {
        waiting.link.thaw();
        await waiting.worker;
        return waiting;
      }
    } catch {
      await waiting?.link.close();
    }
    const fresh = await this.standby();
    fresh.link.thaw();
    await fresh.worker;
    return fresh;
  }

  /** Ends the one that waits; the one at work goes on. */
  async end(): Promise<void> {
    const { next } = this;
    this.next = undefined;
    if (!next) return;
    next.link.thaw();
    await (await next.worker).kill();
    await next.link.close();
  }
}
