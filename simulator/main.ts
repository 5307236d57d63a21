import { z } from 'zod';
import { openApiDocument } from './openapi.js';
import { startSimulator } from './server.js';

const HELP = `TikTok Business API simulator

  npm run simulator              starts it and prints one line of JSON: {"simulator":…,"api":…,"page":…}
  npm run simulator -- --help    this text
  npm run simulator -- --openapi the admin API as OpenAPI 3.1

Settings, from the environment:
  SIMULATOR_PORT             0 takes a free one (default)
  SIMULATOR_HOST             default 127.0.0.1
  SIMULATOR_STATE            a JSON file that keeps state, clock and ledger over a restart
  SIMULATOR_ANSWER_DELAY_MS  default 0
  SIMULATOR_RATE_LIMIT       off, basic (default), advanced, premium, ultimate, or requests per second and endpoint
  SIMULATOR_STRICT           true (default): unknown request fields are listed at GET /_sim/violations

SIGTERM or Ctrl-C stops it with exit code 0. See simulator/README.md.
`;

const level = z.enum(['off', 'basic', 'advanced', 'premium', 'ultimate']);
const environment = z.object({
  SIMULATOR_PORT: z.coerce.number<string>().int().min(0).max(65_535).default(0),
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_STATE: z.string().optional(),
  SIMULATOR_ANSWER_DELAY_MS: z.coerce.number<string>().nonnegative().default(0),
  /** A level of TikTok, `off`, or a number of requests per second. */
  SIMULATOR_RATE_LIMIT: z.union([level, z.coerce.number<string>().positive()]).default('basic'),
  SIMULATOR_STRICT: z.enum(['true', 'false']).default('true'),
});

function refuse(exitCode: 1 | 2, lines: readonly string[]): never {
  process.stderr.write(lines.map((line) => `simulator: ${line}\n`).join(''));
  process.exit(exitCode);
}

function whyNotStarted(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `port ${port} is taken; set SIMULATOR_PORT=0 to take a free one, or stop what listens there`;
  return error instanceof Error ? error.message : String(error);
}

async function run(): Promise<void> {
  const settings = environment.safeParse(process.env);
  if (!settings.success) {
    refuse(
      2,
      settings.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}; npm run simulator -- --help lists the settings`),
    );
  }
  const { data } = settings;
  const limit = data.SIMULATOR_RATE_LIMIT;
  const simulator = await startSimulator({
    port: data.SIMULATOR_PORT,
    host: data.SIMULATOR_HOST,
    stateFile: data.SIMULATOR_STATE,
    answerDelayMs: data.SIMULATOR_ANSWER_DELAY_MS,
    rateLimit: typeof limit === 'number' ? { qps: limit } : limit,
    strict: data.SIMULATOR_STRICT === 'true',
  }).catch((error: unknown) => refuse(1, [whyNotStarted(error, data.SIMULATOR_PORT)]));
  process.stdout.write(`${JSON.stringify({ simulator: simulator.url, api: simulator.apiUrl, page: `${simulator.url}/` })}\n`);

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void simulator.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

const [argument] = process.argv.slice(2);
if (argument === undefined) await run();
else if (argument === '--help' || argument === '-h') process.stdout.write(HELP);
else if (argument === '--openapi') process.stdout.write(`${JSON.stringify(openApiDocument, null, 2)}\n`);
else refuse(2, [`unknown argument ${argument}; npm run simulator -- --help lists what there is`]);
