import { z } from 'zod';

/** One line of text: no control characters and no marks that turn the writing direction, so that pages and logs show what is there. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u, 'one line of text without control characters');

/** The full address of a page, of at most 2,000 characters. */
export const webAddress = z.url({ protocol: /^https?$/, error: 'a full address such as https://www.example.org/page' }).max(2_000);
