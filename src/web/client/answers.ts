import { z } from 'zod';
import type { ClientLink } from '../../store/client-links.js';
import type { DeskDependencies } from '../environment.js';
import { type HandedIn, handInStatement, notAccepted, recordRefusal } from './hand-in.js';
import { handInCode } from './spark-code.js';
import { uploadsOf } from './uploads.js';

const text = z.string().trim();
const codeForm = z.object({ code: z.string() });
const musicForm = z.object({ confirmed: z.literal('yes'), name: text.min(1).max(120), statement: text.max(1_000).default('') });
const papersForm = z.object({ name: text.min(1).max(120) });

/**
 * What the form of a link says, handed in the way its purpose demands.
 * @param tiktokPage where the owner of the TikTok account agrees; undefined while there is nothing to agree to
 */
export async function answerBy(
  deps: DeskDependencies,
  link: ClientLink,
  form: Record<string, unknown>,
  tiktokPage: string | undefined,
): Promise<HandedIn> {
  if (link.purpose === 'spark_code') {
    const typed = codeForm.safeParse(form);
    return typed.success ? handInCode(deps, link, typed.data.code) : notAccepted(400, 'Please type or paste the code.');
  }
  if (link.purpose === 'account_link') {
    if (tiktokPage === undefined) return notAccepted(409, 'There is nothing to agree to at TikTok now; nothing was recorded.');
    const reason = 'the client says that the owner of the account has agreed at TikTok';
    return handInStatement(deps, link, { kind: 'client_confirmed_account', reason, facts: {}, files: [] });
  }
  const files = await uploadsOf(form['file']);
  if ('accepted' in files) {
    if (!files.accepted) await recordRefusal(deps, link, `a file was not taken: ${files.text}`);
    return files;
  }
  if (link.purpose === 'verification_papers') {
    const papers = papersForm.safeParse(form);
    if (!papers.success) return notAccepted(400, 'Please say your name.');
    if (files.length === 0) return notAccepted(400, 'Please choose at least one file.');
    return handInStatement(deps, link, { facts: { from: papers.data.name }, files });
  }
  const music = musicForm.safeParse(form);
  if (!music.success) return notAccepted(400, 'Please tick the confirmation and say your name; nothing was confirmed yet.');
  const { name, statement } = music.data;
  const reason = `${name} confirms the rights to the music of ${link.item ?? ''}${statement === '' ? '' : `: ${statement}`}`;
  return handInStatement(deps, link, { kind: 'client_confirmed_music', reason, facts: { from: name, statement }, files });
}
