import { z } from 'zod';

/** An id: documented as text, but some endpoints answer a bare number (facts 1.1). */
export const id = z.union([z.string(), z.int()]).transform(String);

export const pageInfo = z.object({ page: z.int(), total_page: z.int() });

/** Endpoints whose `data` says nothing: `{}`, absent or null. */
export const nothing = z.unknown();
