import { setTimeout as delay } from 'node:timers/promises';
import type { Holds } from './holds.js';
import type { WorkerProcess } from './workers.js';
import type { World } from './world.js';

/** Where in an activity a worker dies: before its call, when the far side has committed, or when the answer is there but Temporal has not heard. */
const POINTS = ['before', 'committed', 'answered'] as const;
export type Point = (typeof POINTS)[number];

/** A call to TikTok by its path, a row of the ledger by its kind, or the projection. */
export type Place = { readonly kind: 'call' | 'row'; readonly of: string } | { readonly kind: 'save' };

/** What holds somebody at one instant: faults of the simulator that fired, and holds in the database. */
export interface Seen {
  readonly fired: ReadonlySet<number>;
  readonly holding: ReadonlySet<number>;
}

export async function look({ simulator }: World, holds: Holds): Promise<Seen> {
  const [faults, holding] = await Promise.all([simulator.faults(), holds.holding()]);
  return { fired: new Set(faults.filter(({ fired }) => fired.length > 0).map(({ id }) => id)), holding };
}

/** One boundary: it holds the first activity that comes there until its worker is dead. */
export interface Boundary {
  readonly name: string;
  readonly point: Point;
  /** Whether it holds, or has held, somebody. */
  reached(seen: Seen): boolean;
  /** Lets the answer through to the worker whose link is frozen, and waits until the worker has it. Only for `answered`. */
  answer(worker: WorkerProcess): Promise<void>;
  /** Lets everything go that is still held: the worker is dead, unless it `livesOn` and is to go on where it was held. */
  release(livesOn?: boolean): Promise<void>;
}

async function answersSeen(worker: WorkerProcess, path: string): Promise<number> {
  const text = await (await fetch(worker.metricsUrl)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('kobi_tiktok_calls_total{') && line.includes(`endpoint="${path}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** At most a second: an activity that gave up while it was held never sees its answer. */
async function untilMore(before: number, count: () => Promise<number>): Promise<void> {
  for (let tries = 0; tries < 50 && (await count()) <= before; tries += 1) await delay(20);
}

async function atTikTok({ simulator }: World, path: string, point: Point): Promise<Boundary> {
  const id = await simulator.fault({ endpoint: path, fault: 'hold-answer', times: 1 });
  let lifted = false;
  const lift = async (): Promise<void> => {
    if (!lifted) await simulator.lift(id);
    lifted = true;
  };
  return {
    name: `call ${path}`,
    point,
    reached: ({ fired }) => lifted || fired.has(id),
    async answer(worker) {
      const before = await answersSeen(worker, path);
      await lift();
      await untilMore(before, () => answersSeen(worker, path));
    },
    release: lift,
  };
}

async function inDatabase({ db }: World, holds: Holds, place: Place, point: Point): Promise<Boundary> {
  const name = place.kind === 'save' ? 'save' : `${place.kind} ${place.of}`;
  const id = await holds.set(name);
  let reached = false;
  let released = false;
  const rows = async (): Promise<number> => {
    if (place.kind !== 'row') {
      const { count } = await db
        .selectFrom('onboardings')
        .select((from) => from.fn.sum<string | null>('version').as('count'))
        .executeTakeFirstOrThrow();
      return Number(count ?? 0);
    }
    const { count } = await db
      .selectFrom('ledger')
      .select((from) => from.fn.countAll<string>().as('count'))
      .where('kind', '=', place.of)
      .executeTakeFirstOrThrow();
    return Number(count);
  };
  const release = async (goesOn: boolean): Promise<void> => {
    if (!released) await holds.release(id, goesOn);
    released = true;
  };
  return {
    name,
    point,
    reached: ({ holding }) => (reached ||= holding.has(id)),
    async answer() {
      const before = await rows();
      await release(true);
      await untilMore(before, rows);
    },
    release: (livesOn = false) => release(livesOn),
  };
}

/** The points of one place. A row has no far side that commits without answering: there `committed` and `answered` are the same instant. */
export function pointsOf({ kind }: Place): readonly Point[] {
  return kind === 'call' ? POINTS : ['before', 'answered'];
}

/** Sets one boundary. */
export async function setBoundary(world: World, holds: Holds, place: Place, point: Point): Promise<Boundary> {
  return place.kind === 'call' && point !== 'before' ? atTikTok(world, place.of, point) : inDatabase(world, holds, place, point);
}
