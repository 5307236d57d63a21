import { z } from 'zod';

const ledgerSummary = z.object({ count: z.number() });
const sparkState = z.object({ sparkPosts: z.record(z.string(), z.object({ authCode: z.string(), postUrl: z.string() })) });

/** The people outside of Kobi, played through the simulator's admin API: the client's owner of the TikTok account, and the creator. */
export interface ClientSide {
  /** Opens Kobi's link and agrees. */
  linkTikTokAccount(handle: string): Promise<void>;
  /** The creator makes the code of a post in TikTok's app and sends it. */
  sparkCodeOf(link: string): Promise<string>;
  /** How many calls the simulator saw of a tenant's advertiser. */
  callsOf(slug: string): Promise<number>;
}

/** @throws Error when the simulator refuses what a person of the script does */
export function clientSide(simulatorUrl: string): ClientSide {
  const post = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${simulatorUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the simulator refused ${path}: ${answer.status} ${await answer.text()}`);
  };
  return {
    linkTikTokAccount: (handle) => post('/_sim/people', { action: 'link-tiktok-account', handle }),
    async sparkCodeOf(link) {
      const answer = await fetch(`${simulatorUrl}/_sim/state`);
      const post = Object.values(sparkState.parse(await answer.json()).sparkPosts).find((each) => each.postUrl === link);
      if (!post) throw new Error(`the simulator knows no post ${link}`);
      return post.authCode;
    },
    async callsOf(slug) {
      const answer = await fetch(`${simulatorUrl}/_sim/ledger?summary=true&tenant=${encodeURIComponent(slug)}`);
      return ledgerSummary.parse(await answer.json()).count;
    },
  };
}
