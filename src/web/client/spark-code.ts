import { setTimeout } from 'node:timers/promises';
import { CommandFault } from '../../cli/exit.js';
import type { OnboardingClient } from '../../cli/onboarding-client.js';
import { sparkCodeSchema } from '../../contract/tenant-file.js';
import { sparkCodeRef } from '../../domain/naming.js';
import { hasItsCode, refusedSparkCode } from '../../domain/spark-ask.js';
import { type ClientLink, clientActor, markClientLinkUsed } from '../../store/client-links.js';
import type { DeskDependencies } from '../environment.js';
import { type HandedIn, notAccepted, recordRefusal, withLink } from './hand-in.js';
import { SENTENCES } from './sentences.js';

/** How often and how far apart we look whether TikTok has judged a code, while the client waits for the page. */
const LOOKS = 8;
const LOOK_EVERY_MS = 500;

/** The link's post, which every link for a Spark code has. */
function postOf({ item }: ClientLink): string {
  if (item === null) throw new Error('a link for a Spark code names no post');
  return item;
}

async function standing(client: OnboardingClient, link: ClientLink): Promise<{ readonly undecided: boolean; readonly refusal?: string }> {
  const { status, source } = await client.status(link.slug);
  const step = status.steps.find((each) => each.id === 'spark_ads');
  // What was saved last may be older than the answer.
  if (source !== 'run' || !step) return { undecided: false };
  const refusal = step.state === 'waiting_on' ? refusedSparkCode(step.note, link.slug, postOf(link)) : undefined;
  return { undecided: step.state === 'running' || step.state === 'waiting', ...(refusal === undefined ? {} : { refusal }) };
}

/** Why TikTok refused the code that came by this link, so that the link takes another; undefined when it did not, or nobody knows. */
export async function codeRefusal(deps: DeskDependencies, link: ClientLink): Promise<string | undefined> {
  try {
    return (await standing(await deps.onboardings(), link)).refusal;
  } catch (error) {
    deps.log.warn({ err: error, link: link.id }, 'whether TikTok took a client’s code is not known now');
    return undefined;
  }
}

async function verdict(client: OnboardingClient, link: ClientLink): Promise<string | undefined> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const { undecided, refusal } = await standing(client, link);
    if (!undecided) return refusal;
    if (look < LOOKS) await setTimeout(LOOK_EVERY_MS);
  }
  return undefined;
}

/** TikTok's names for what is wrong with a code or its post (facts 6.1, "Code errors"), as its creator understands them. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/auth_code_expired/, 'it has expired'],
  [/auth_code_not_found/, 'TikTok does not know it, or it was taken back'],
  [/auth_code_format_error/, 'a part of it is missing or mistyped'],
  [/illegal_item_status/, 'the post is not public'],
  [/video_unavailable|video_deleted/, 'the post is private or deleted'],
  [/_not_supported|mention_multiple_videos/, 'TikTok does not allow a post of this kind in ads'],
];

/** A call's path at the start: an error of TikTok's API, which says nothing to a client; ops reads it whole at the tenant's step. */
const OF_THE_API = /^\//;

/** TikTok's reason as people read it; undefined where only its API's words are known, which say nothing to them. */
function reasonOf(reason: string): string | undefined {
  return REASONS.find(([sign]) => sign.test(reason))?.[1] ?? (OF_THE_API.test(reason) ? undefined : reason);
}

/**
 * Which of these links TikTok refused the code of after it was handed in, by their ids, with the reason. Of the links for one post only the
 * last one that was used can be one: TikTok's word is about the last code.
 */
export async function refusedLinks(deps: DeskDependencies, links: readonly ClientLink[]): Promise<ReadonlyMap<string, string>> {
  const last = new Map<string, ClientLink>();
  for (const link of links) {
    if (link.purpose !== 'spark_code' || link.usedAt === null || link.item === null) continue;
    const known = last.get(link.item)?.usedAt ?? '';
    if (link.usedAt > known) last.set(link.item, link);
  }
  const refusals = await Promise.all([...last.values()].map(async (link) => [link.id, await codeRefusal(deps, link)] as const));
  return new Map(refusals.flatMap(([id, reason]) => (reason === undefined ? [] : [[id, reasonOf(reason) ?? reason]])));
}

/** What a client hears whose code TikTok refused. */
export function refusedByTikTok(reason: string): string {
  const known = reasonOf(reason);
  return `TikTok did not take the code${known === undefined ? '' : `: ${known}`}. Please make a new code for this post and send it by this same link.`;
}

const NOT_WAITING = 'This post is not waiting for a code any more. If you think it should, please ask whoever sent you the link.';

/** Hands in a creator's code the way `kobi provide` does, and says what TikTok makes of it if that is known soon. */
export async function handInCode(deps: DeskDependencies, link: ClientLink, typed: string): Promise<HandedIn> {
  // Phones add spaces and line breaks where people copy.
  const code = typed.replaceAll(/\s/g, '');
  if (!sparkCodeSchema.safeParse(code).success) {
    await recordRefusal(deps, link, 'what was typed is no Spark code');
    return notAccepted(
      400,
      'This is not a Spark code. It begins with # and has about 60 letters, digits and the signs + / = behind it. Copy it whole from the TikTok app.',
    );
  }
  const post = postOf(link);
  const handedIn = sparkCodeRef(link.slug, post, code);
  if (handedIn === link.handedIn)
    return notAccepted(400, 'This is the code that TikTok did not take. Please make a new one for this post.');
  return withLink(deps, link, async () => {
    const client = await deps.onboardings();
    // The same code by the same link is one verb, however often it arrives.
    const verbId = `client_link.${link.id}.${handedIn.slice(-12)}`;
    let answer;
    try {
      const step = (await client.status(link.slug)).status.steps.find((each) => each.id === 'spark_ads');
      if (step && hasItsCode(step, post)) {
        await recordRefusal(deps, link, 'TikTok lets us use this post already');
        return notAccepted(409, NOT_WAITING);
      }
      answer = await client.provide(link.slug, { actor: clientActor(link), verbId, what: { kind: 'spark_code', post, code } });
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      deps.log.warn({ err: error, link: link.id }, 'a client’s code is not answered for yet');
      return notAccepted(503, 'Whether the code arrived is not known yet. Please send the same code again in a few minutes.');
    }
    if (!answer.accepted) {
      await recordRefusal(deps, link, `refused: ${answer.code ?? 'unknown'}`);
      return notAccepted(409, NOT_WAITING);
    }
    await deps.db.transaction().execute((transaction) => markClientLinkUsed(transaction, link, handedIn, deps.clock()));
    const refusal = await verdict(client, link).catch((error: unknown) => {
      deps.log.warn({ err: error, link: link.id }, 'whether TikTok took a client’s code is not known now');
      return undefined;
    });
    return refusal === undefined ? { accepted: true, text: SENTENCES.spark_code.thanks } : notAccepted(409, refusedByTikTok(refusal));
  });
}
