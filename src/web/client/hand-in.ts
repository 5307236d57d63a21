import { PURPOSE_FACTS } from '../../domain/client-links.js';
import {
  type ClientLink,
  clientActor,
  giveBackClientLink,
  markClientLinkUsed,
  recordOfLink,
  takeClientLink,
} from '../../store/client-links.js';
import { keepClientFile, sha256Of } from '../../store/client-files.js';
import type { DeskDependencies } from '../environment.js';
import { SENTENCES } from './sentences.js';
import type { Upload } from './uploads.js';

/** What became of an answer: it counts, or the client hears why not and the link takes another. */
export type HandedIn =
  | { readonly accepted: true; readonly text: string }
  | { readonly accepted: false; readonly status: 400 | 409 | 413 | 503; readonly text: string };

export function notAccepted(status: 400 | 409 | 413 | 503, text: string): HandedIn {
  return { accepted: false, status, text };
}

/** A row of the ledger about an answer that did not count. */
export async function recordRefusal(deps: DeskDependencies, link: ClientLink, reason: string): Promise<void> {
  await recordOfLink(deps.db, link, { kind: 'client_link_refused', actor: clientActor(link), at: deps.clock(), reason });
}

/** Lets one answer at a time through; a link whose answer did not count is given back. */
export async function withLink(deps: DeskDependencies, link: ClientLink, answer: () => Promise<HandedIn>): Promise<HandedIn> {
  if (!(await takeClientLink(deps.db, link, deps.clock())))
    return notAccepted(409, 'An answer by this link is being taken right now, or was a moment ago. Open the link again to see.');
  try {
    const handedIn = await answer();
    if (!handedIn.accepted) await giveBackClientLink(deps.db, link);
    return handedIn;
  } catch (error) {
    deps.log.error({ err: error, link: link.id }, 'a client could not hand in');
    await giveBackClientLink(deps.db, link);
    return notAccepted(503, 'That could not be handed in just now. Nothing is lost: please try again in a few minutes with the same link.');
  }
}

function kilobytes({ bytes }: Upload): string {
  return `${Math.max(1, Math.round(bytes.length / 1_024))} kB`;
}

/** What a client says and sends besides a code. */
export interface Statement {
  /** The statement's own row in the ledger; left out, there are files only. */
  readonly kind?: 'client_confirmed_music' | 'client_confirmed_account';
  readonly reason?: string;
  /** In every row. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly files: readonly Upload[];
}

/** Keeps files and statement with their rows and the use of the link, all or nothing. */
export function handInStatement(
  deps: DeskDependencies,
  link: ClientLink,
  { kind, reason = '', facts, files }: Statement,
): Promise<HandedIn> {
  return withLink(deps, link, async () => {
    const now = deps.clock();
    const actor = clientActor(link);
    await deps.db.transaction().execute(async (transaction) => {
      for (const { name, mediaType, bytes } of files) {
        const sha256 = await keepClientFile(transaction, { slug: link.slug, linkId: link.id, name, mediaType, bytes }, now);
        const about = `${name} (${mediaType}, ${kilobytes({ name, mediaType, bytes })}, SHA-256 ${sha256})`;
        const file = { sha256, mediaType, size: bytes.length, name };
        await recordOfLink(transaction, link, { kind: 'client_uploaded', actor, at: now, reason: about, ...facts, ...file });
      }
      const hashes = files.map(({ bytes }) => sha256Of(bytes));
      if (kind !== undefined) await recordOfLink(transaction, link, { kind, actor, at: now, reason, ...facts, files: hashes });
      await markClientLinkUsed(transaction, link, hashes.join(' ') || (kind ?? PURPOSE_FACTS[link.purpose].step), now);
    });
    return { accepted: true, text: SENTENCES[link.purpose].thanks };
  });
}
