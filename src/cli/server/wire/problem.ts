import { z } from '@hono/zod-openapi';
import type { Fault } from '../../../domain/faults.js';
import type { Documented } from './documented.js';

/** One thing that is wrong with what was sent. */
export const faultSchema: z.ZodType<Documented<Fault & { readonly file?: string }>> = z
  .object({
    path: z.string().openapi({ description: 'which field, such as creatives.0.text; empty for the whole' }),
    problem: z.string(),
    allowed: z.array(z.string()).optional(),
    suggestion: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
    file: z.string().optional().openapi({ description: 'name of the tenant file, where several were sent' }),
  })
  .openapi('Fault');
