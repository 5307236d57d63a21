import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { z } from 'zod';
import { seedFor } from './business-centers.js';

const summary = z.object({ byPath: z.record(z.string(), z.int()) });
const entries = z.object({ entries: z.array(z.object({ path: z.string(), wallMs: z.number(), code: z.int().nullable() })) });
export type Answered = z.infer<typeof entries>['entries'][number];

/** The simulator's admin API, as far as a measurement needs it. */
export function simulatedTikTok(url: string) {
  const admin = axios.create({ baseURL: `${url}/_sim`, maxContentLength: Infinity });
  return {
    /** Starts over, with room for so many onboardings and nothing counted. */
    async seed(onboardings: number): Promise<void> {
      await admin.post('/seed', seedFor(onboardings));
    },
    /** Waits until nobody calls any more for so long. */
    async quiet(forMs: number): Promise<void> {
      const sum = async (): Promise<number> => Object.values(await this.callsByPath()).reduce((all, count) => all + count, 0);
      for (let [before, now] = [-1, await sum()]; now !== before; [before, now] = [now, await sum()]) await delay(forMs);
    },
    async settings(settings: object): Promise<void> {
      await admin.post('/settings', settings);
    },
    /** Calls since the seed by endpoint. */
    async callsByPath(): Promise<Readonly<Record<string, number>>> {
      return summary.parse((await admin.get<unknown>('/ledger?summary=true')).data).byPath;
    },
    /** Every call since the seed, oldest first; `wallMs` is when it arrived, in epoch milliseconds. */
    async calls(): Promise<readonly Answered[]> {
      return entries.parse((await admin.get<unknown>('/ledger')).data).entries;
    },
  };
}

export type SimulatedTikTok = ReturnType<typeof simulatedTikTok>;
