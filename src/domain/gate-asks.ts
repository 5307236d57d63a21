import { z } from 'zod';
import type { GateId } from '../contract/checklist.js';

const named = z.array(z.looseObject({ id: z.string() }));
const creatives = z.looseObject({ creatives: named });
const posts = z.looseObject({ posts: named });
const funding = z.looseObject({ amountMinor: z.int().nonnegative(), currency: z.string().regex(/^[A-Z]{3}$/), advertiserName: z.string() });

const SHOWN = 3;

function these(list: z.infer<typeof named>, one: string, many: string): string {
  const ids = list.slice(0, SHOWN).map((each) => each.id.slice(0, 60));
  const more = list.length > SHOWN ? ` and ${list.length - SHOWN} more` : '';
  return `${list.length === 1 ? `one ${one}` : `${list.length} ${many}`}: ${ids.join(', ')}${more}`;
}

/** What a gate asks, for a line of the inbox: as precise as its evidence lets it be. */
export function whatIsAsked(gate: GateId, evidence: unknown): string {
  switch (gate) {
    case 'creative_policy': {
      const found = creatives.safeParse(evidence).data;
      return found === undefined ? 'Use these creatives in ads?' : `Use in ads ${these(found.creatives, 'creative', 'creatives')}?`;
    }
    case 'spark_ads': {
      const found = posts.safeParse(evidence).data;
      return found === undefined ? 'Release these posts for ads?' : `Release for ads ${these(found.posts, 'post', 'posts')}?`;
    }
    case 'initial_funding': {
      const found = funding.safeParse(evidence).data;
      return found === undefined ? 'Move the first money?' : `Move the first money to ${found.advertiserName.slice(0, 100)}?`;
    }
    case 'business_verification':
      return 'Go on although the verification is not inherited?';
  }
}

/** The money that a gate asks for, in minor units of its currency; undefined where it asks for none. */
export function amountAsked(gate: GateId, evidence: unknown): { readonly amountMinor: number; readonly currency: string } | undefined {
  const found = gate === 'initial_funding' ? funding.partial({ advertiserName: true }).safeParse(evidence).data : undefined;
  return found && { amountMinor: found.amountMinor, currency: found.currency };
}
