import type { StepStatus } from '../contract/status.js';

/** The note of `spark_ads` while it waits for a creator's code, and after TikTok refused one. */
export function sparkAsk(slug: string, post: { readonly id: string; readonly handle: string }, refusal?: string): string {
  const why = refusal === undefined ? '' : ` (the last one was refused: ${refusal})`;
  return `the creator of ${post.id} (${post.handle}) sends a Spark code${why}: kobi provide ${slug} spark-code ${post.id} 'CODE'`;
}

/**
 * Whether another code for this post would only take a working one's place: TikTok has let us use the post, and the step neither asks its
 * creator anew nor is parked.
 */
export function hasItsCode(step: Pick<StepStatus, 'state' | 'note' | 'remoteIds'>, post: string): boolean {
  return step.remoteIds[`${post}.itemId`] !== undefined && step.state !== 'parked' && !step.note.startsWith(`the creator of ${post} (`);
}

/** Why TikTok refused the last code of this post, read from that note; undefined when it did not, or another post is asked for. */
export function refusedSparkCode(note: string, slug: string, post: string): string | undefined {
  const start = `the creator of ${post} (`;
  // Notes of onboardings that wait since before the code was quoted end in the second form.
  const end = [`): kobi provide ${slug} spark-code ${post} 'CODE'`, `): kobi provide ${slug} spark-code ${post} CODE`].find((each) =>
    note.endsWith(each),
  );
  const mark = ') sends a Spark code (the last one was refused: ';
  const at = note.indexOf(mark);
  return note.startsWith(start) && end !== undefined && at > 0 ? note.slice(at + mark.length, -end.length) : undefined;
}
