import { z } from 'zod';
import { ConfigInvalid } from '../config.js';

const address = z.url({ protocol: /^https?$/ });

/**
 * Where people open the Temporal UI, for links into it.
 * @throws ConfigInvalid when it is not set, or no address
 */
export function readTemporalUi(env: NodeJS.ProcessEnv): string {
  const set = env['KOBI_TEMPORAL_UI']?.trim() ?? '';
  if (set === '') throw new ConfigInvalid(['KOBI_TEMPORAL_UI: is not set']);
  if (!address.safeParse(set).success) throw new ConfigInvalid(['KOBI_TEMPORAL_UI: is no address such as https://temporal.example.org']);
  return set;
}
