import { z } from '@hono/zod-openapi';
import { VERDICTS } from '../../../contract/messages.js';
import { changeSchema, decisionAnswerSchema, startAnswerSchema, verbAnswerSchema } from './answers.js';
import { faultSchema } from './problem.js';
import { instant } from './status.js';

/** Every answer that is not a success. The four first fields say all; the others say it again for programs. */
export const problemSchema = z
  .object({
    code: z.string().openapi({ description: 'one word for programs, such as unknown_tenant; of a refused decision or verb, its own code' }),
    message: z.string().openapi({ description: 'what is wrong, for people' }),
    field: z.string().optional().openapi({ description: 'the field that is wrong; the first of several' }),
    mend: z.string().optional().openapi({ description: 'what to do about it' }),
    faults: z.array(faultSchema).optional().openapi({ description: 'everything that is wrong with what was sent' }),
    decided: z
      .array(z.object({ actor: z.string(), verdict: z.enum(VERDICTS), at: instant }))
      .optional()
      .openapi({ description: 'who decided the gate, and when' }),
    changes: z.array(changeSchema).optional().openapi({ description: 'what is different since the evidence was looked at' }),
    decision: decisionAnswerSchema.optional(),
    verb: verbAnswerSchema.optional(),
    start: startAnswerSchema.optional(),
  })
  .openapi('Problem');
export type ProblemBody = z.infer<typeof problemSchema>;

export const REFUSED_STATUS = [400, 401, 403, 404, 409, 413, 429, 500, 503] as const;
export type RefusedStatus = (typeof REFUSED_STATUS)[number];

export const SAYS_OF_STATUS: Readonly<Record<RefusedStatus, string>> = {
  400: 'what was sent is wrong; `faults` names everything at once',
  401: 'no access token, or one that is unknown, expired or revoked',
  403: 'the person may not do this',
  404: 'there is no such thing, or the person does not see it',
  409: 'refused as things stand: decided already, changed since, ended, or the idempotency key belongs to another request',
  413: 'too much at once',
  429: 'too many requests of this person; Retry-After says when to go on',
  500: 'the desk failed; its log says why',
  503: 'Temporal, the database or TikTok does not answer now; the same request again has one effect',
};
