import { sparkCodeSchema } from '../contract/tenant-file.js';
import { badInput } from './exit.js';
import { didYouMean } from './near.js';
import type { OnboardingClient } from './onboarding-client.js';
import { clean } from './render/text.js';

/**
 * Checks for a post that the tenant file names, and then a code that can be one: in this order, because a wrong post's code is of no use.
 * @throws CommandFault (bad input) that does not repeat the code
 */
export async function checkSparkCode(
  onboardings: OnboardingClient,
  slug: string,
  { post, code }: { post: string; code: string },
): Promise<void> {
  const posts = (await onboardings.exhibits(slug, 'spark_ads')).map(({ id }) => id);
  // Without a run there is no list of posts; the verb then says how the onboarding stands.
  const gone = posts.length === 0 && (await onboardings.status(slug)).source === 'projection';
  if (!gone && !posts.includes(post))
    throw badInput(
      `the tenant file of ${slug} names no Spark post ${JSON.stringify(clean(post))}${didYouMean(post, posts)}; it names ${posts.map(clean).join(', ') || 'none'}`,
    );
  // The code itself is a secret and is not said again.
  if (!sparkCodeSchema.safeParse(code).success)
    throw badInput(
      `what was given for ${JSON.stringify(clean(post))} is no Spark code: # and about 60 letters, digits, + / =, in quotes, because # begins a comment: ` +
        `kobi provide ${slug} spark-code ${clean(post)} 'CODE'`,
    );
}
