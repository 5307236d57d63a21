import { z } from 'zod';
import { startSimulator } from './server.js';

const level = z.enum(['off', 'basic', 'advanced', 'premium', 'ultimate']);
const settings = z
  .object({
    SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
    SIMULATOR_HOST: z.string().default('127.0.0.1'),
    SIMULATOR_STATE: z.string().optional(),
    SIMULATOR_ANSWER_DELAY_MS: z.coerce.number().nonnegative().default(0),
    /** A level of TikTok, `off`, or a number of requests per second. */
    SIMULATOR_RATE_LIMIT: z.union([level, z.coerce.number().positive()]).default('basic'),
    SIMULATOR_STRICT: z.enum(['true', 'false']).default('true'),
  })
  .safeParse(process.env);

if (!settings.success) {
  for (const issue of settings.error.issues) process.stderr.write(`${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(2);
}

const { data } = settings;
const simulator = await startSimulator({
  port: data.SIMULATOR_PORT,
  host: data.SIMULATOR_HOST,
  stateFile: data.SIMULATOR_STATE,
  answerDelayMs: data.SIMULATOR_ANSWER_DELAY_MS,
  rateLimit: typeof data.SIMULATOR_RATE_LIMIT === 'number' ? { qps: data.SIMULATOR_RATE_LIMIT } : data.SIMULATOR_RATE_LIMIT,
  strict: data.SIMULATOR_STRICT === 'true',
});
process.stdout.write(`${JSON.stringify({ simulator: simulator.url, api: simulator.apiUrl, page: `${simulator.url}/` })}\n`);

let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  void simulator.close().then(() => process.exit(0));
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
