import { z } from 'zod';

/**
 * What all workflows of a worker share instead of each loading its own: the validation library. The SDK freezes what is preloaded, so
 * that no workflow can leave anything behind for another; the library's own switches are therefore turned here, before that.
 * Schemas are not shared: they keep what they find out about themselves, and are made when a message is read.
 */
export const preloaded = z.strictObject({ preloaded: z.literal(true) }).parse({ preloaded: true });
