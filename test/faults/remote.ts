import { z } from 'zod';
import { advertiserName, catalogName, pixelName } from '../../src/domain/naming.js';
import type { SimulatedCall } from './simulator.js';
import type { World } from './world.js';

const named = z.looseObject({ name: z.string() });
const remoteState = z.looseObject({
  advertisers: z.record(
    z.string(),
    named.extend({
      advertiserId: z.string(),
      status: z.string(),
      cashMinor: z.number(),
      budgetMinor: z.number(),
      budgetMode: z.string(),
      qualificationId: z.string().nullable(),
    }),
  ),
  assignments: z.array(z.object({ userId: z.string(), assetType: z.string(), assetId: z.string(), role: z.string() })),
  pixels: z.record(
    z.string(),
    named.extend({
      pixelCode: z.string(),
      advertiserId: z.string(),
      ownerBcId: z.string().nullable(),
      linkedAdvertiserIds: z.array(z.string()),
      events: z.array(z.looseObject({ eventType: z.string() })),
    }),
  ),
  trackedEvents: z.array(z.looseObject({ sourceId: z.string(), event: z.string(), testEventCode: z.string() })),
  catalogs: z.record(z.string(), named.extend({ catalogId: z.string(), eventSources: z.array(z.looseObject({ pixelCode: z.string() })) })),
  products: z.record(z.string(), z.record(z.string(), z.looseObject({ audit: z.string() }))),
  billingGroups: z.record(z.string(), z.looseObject({ billingGroupId: z.string(), advertiserIds: z.array(z.string()) })),
  transactions: z.array(z.looseObject({ level: z.string(), accountId: z.string(), amountMinor: z.number(), transactionType: z.string() })),
  sparkPosts: z.record(z.string(), z.looseObject({ itemId: z.string(), bindings: z.record(z.string(), z.unknown()) })),
  tiktokAccounts: z.record(z.string(), z.looseObject({ handle: z.string(), advertiserIds: z.array(z.string()) })),
  files: z.record(z.string(), z.looseObject({ advertiserId: z.string(), fileName: z.string() })),
});
export type RemoteState = z.infer<typeof remoteState>;

/** Everything that TikTok holds. */
export async function readRemoteState(world: World): Promise<RemoteState> {
  return remoteState.parse(await world.simulator.state());
}

/** The calls that TikTok saw of exactly this tenant, which name it or its advertiser; oldest first. */
export async function callsOf({ simulator }: World, slug: string, path?: string): Promise<SimulatedCall[]> {
  const names = new Set([advertiserName(slug), pixelName(slug), catalogName(slug)]);
  const calls = await simulator.calls({ tenant: slug, ...(path === undefined ? {} : { path }) });
  return calls.filter(({ subjects }) => subjects.some((subject) => names.has(subject)));
}

/** What TikTok holds of one tenant, without ids and instants: two tenants with the same file must end with the same. */
export interface RemoteOutcome {
  readonly advertisers: readonly {
    readonly status: string;
    readonly cashMinor: number;
    readonly budgetMinor: number;
    readonly inherits: boolean;
  }[];
  readonly operators: readonly string[];
  readonly pixels: readonly { readonly owned: boolean; readonly links: number; readonly events: readonly string[] }[];
  /** An event is counted by TikTok once per event id; a repeated test event is none more. */
  readonly trackedEvents: readonly string[];
  readonly catalogs: readonly { readonly products: Readonly<Record<string, string>>; readonly sources: number }[];
  readonly billingGroups: readonly string[];
  readonly transfers: readonly string[];
  readonly sparkBindings: number;
  readonly tiktokAccounts: number;
  readonly files: readonly string[];
}

/** What TikTok holds of a tenant, to be compared with the outcome of a run without faults (O9). */
export function remoteOutcome(state: RemoteState, slug: string): RemoteOutcome {
  const advertisers = Object.values(state.advertisers).filter(({ name }) => name === advertiserName(slug));
  const ids = new Set(advertisers.map(({ advertiserId }) => advertiserId));
  const pixels = Object.values(state.pixels).filter(({ name }) => name === pixelName(slug));
  const codes = new Set(pixels.map(({ pixelCode }) => pixelCode));
  const catalogs = Object.values(state.catalogs).filter(({ name }) => name === catalogName(slug));
  const unslugged = (name: string): string => name.replace(slug, '…');
  return {
    advertisers: advertisers.map(({ status, cashMinor, budgetMinor, qualificationId }) => ({
      status,
      cashMinor,
      budgetMinor,
      inherits: qualificationId !== null,
    })),
    operators: state.assignments
      .flatMap(({ userId, assetType, assetId, role }) => (ids.has(assetId) ? [`${userId} ${assetType} ${role}`] : []))
      .sort(),
    pixels: pixels.map(({ ownerBcId, linkedAdvertiserIds, events }) => ({
      owned: ownerBcId !== null,
      links: linkedAdvertiserIds.length,
      events: events.map(({ eventType }) => eventType).sort(),
    })),
    trackedEvents: [
      ...new Set(
        state.trackedEvents.flatMap(({ sourceId, event, testEventCode }) => (codes.has(sourceId) ? [`${event} ${testEventCode}`] : [])),
      ),
    ],
    catalogs: catalogs.map(({ catalogId, eventSources }) => ({
      products: Object.fromEntries(Object.entries(state.products[catalogId] ?? {}).map(([sku, { audit }]) => [sku, audit])),
      sources: eventSources.length,
    })),
    billingGroups: Object.values(state.billingGroups).flatMap(({ billingGroupId, advertiserIds }) =>
      advertiserIds.filter((id) => ids.has(id)).map(() => billingGroupId),
    ),
    transfers: state.transactions.flatMap(({ accountId, transactionType, amountMinor }) =>
      ids.has(accountId) ? [`${transactionType} ${amountMinor}`] : [],
    ),
    sparkBindings: Object.values(state.sparkPosts).filter(({ bindings }) => Object.keys(bindings).some((id) => ids.has(id))).length,
    tiktokAccounts: Object.values(state.tiktokAccounts).filter(({ advertiserIds }) => advertiserIds.some((id) => ids.has(id))).length,
    files: Object.values(state.files)
      .flatMap(({ advertiserId, fileName }) => (ids.has(advertiserId) ? [unslugged(fileName)] : []))
      .sort(),
  };
}
