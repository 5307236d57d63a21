import { Agent } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { z } from 'zod';
import { quantile } from '../arithmetic.js';
import { requestBody } from './purchases.js';
import type { EventStack } from './stack.js';

const answer = z.object({ counts: z.object({ accepted: z.number(), repeated: z.number() }) });

export interface HandedIn {
  readonly events: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** One request, from sending to the answer. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface HandInSettings {
  /** Makes the ids of this part differ from those of others. */
  readonly run: string;
  readonly events: number;
  readonly perRequest: number;
  readonly inFlight: number;
  /** Events a second; as fast as they are acknowledged when absent. */
  readonly rate?: number;
}

/**
 * Hands events in at the gateway, the tenants in turn, and counts what was acknowledged.
 * @throws Error when the gateway acknowledges less than it was given
 */
export async function handIn(stack: EventStack, { run, events, perRequest, inFlight, rate }: HandInSettings): Promise<HandedIn> {
  const http = axios.create({
    baseURL: stack.gateway,
    httpAgent: new Agent({ keepAlive: true, maxSockets: inFlight }),
    maxBodyLength: Infinity,
  });
  const requests = Math.ceil(events / perRequest);
  const took: number[] = [];
  let next = 0;
  let accepted = 0;
  const began = performance.now();
  const lane = async (): Promise<void> => {
    for (let index = next++; index < requests; index = next++) {
      if (rate !== undefined) {
        const dueMs = (index * perRequest * 1_000) / rate - (performance.now() - began);
        if (dueMs > 0) await delay(dueMs);
      }
      const shop = stack.shops[index % stack.shops.length];
      if (!shop) throw new Error('there is no tenant to hand events in for');
      const count = Math.min(perRequest, events - index * perRequest);
      const body = Buffer.from(requestBody(run, index * perRequest, count));
      const sent = performance.now();
      const post = () =>
        http.post<unknown>(`/v1/events/${shop.slug}`, body, {
          headers: { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json' },
        });
      // As every sender does: what got no answer, on a connection that was kept too long, is handed in again.
      const { data } = await post().catch((error: unknown) => {
        if (axios.isAxiosError(error) && error.response === undefined) return post();
        throw error;
      });
      took.push(performance.now() - sent);
      const { counts } = answer.parse(data);
      accepted += counts.accepted + counts.repeated;
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, requests) }, lane));
  if (accepted !== events) throw new Error(`${events} events were handed in and ${accepted} accepted`);
  const seconds = (performance.now() - began) / 1_000;
  const at = (part: number): number => quantile(took, part);
  return { events, seconds, perSecond: events / seconds, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}
