import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { SERVER_VERSION, UI_VERSION } from './binary-cache.js';
import { atLeast, onPath } from './installed-cli.js';

const run = promisify(execFile);
/** What the server's module asks for; from 1.21 on Go fetches a newer toolchain by itself where it may. */
const GO_VERSION = '1.26.8';

export type BuiltProgram = 'server' | 'ui' | 'sqlTool';

const MODULES: Readonly<Record<BuiltProgram, { readonly title: string; readonly module: string; readonly minutes: number }>> = {
  server: { title: `Temporal server ${SERVER_VERSION}`, module: `go.temporal.io/server/cmd/server@v${SERVER_VERSION}`, minutes: 6 },
  ui: { title: `Temporal UI ${UI_VERSION}`, module: `github.com/temporalio/ui-server/v2/cmd/server@v${UI_VERSION}`, minutes: 1 },
  sqlTool: {
    title: `Temporal schema tool ${SERVER_VERSION}`,
    module: `go.temporal.io/server/cmd/tools/sql@v${SERVER_VERSION}`,
    minutes: 2,
  },
};

/**
 * The `go` on PATH.
 * @throws Error when there is none, or one that is too old
 */
export async function findGo(env: NodeJS.ProcessEnv): Promise<string> {
  const go = await onPath('go', env);
  if (go === null) throw new Error('there is no `go` on PATH');
  const { stdout } = await run(go, ['version'], { env, timeout: 20_000 });
  const version = /go(\d+\.\d+(?:\.\d+)?)/.exec(stdout)?.[1] ?? '0';
  if (!atLeast(version, '1.21')) throw new Error(`${go} is Go ${version}, and ${GO_VERSION} or later is needed`);
  return go;
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, '0')}`;
}

/**
 * Builds a program from its Go module into the folder, with a line of progress every few seconds.
 * @throws Error with the last lines that Go printed
 */
export async function buildWithGo(options: {
  readonly go: string;
  readonly program: BuiltProgram;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
}): Promise<void> {
  const { go, program, folder, env, onProgress } = options;
  const { title, module, minutes } = MODULES[program];
  const startedAt = Date.now();
  const tell = (): void =>
    onProgress(`building the ${title} with Go, once: ${clock((Date.now() - startedAt) / 1_000)}, about ${minutes}:00 on two cores`);
  tell();
  const timer = setInterval(tell, 10_000);
  try {
    const child = spawn(go, ['install', module], { env: { ...env, GOBIN: folder, CGO_ENABLED: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ended = await new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : `ended ${signal ? `by ${signal}` : `with exit code ${code}`}`),
      );
    });
    if (ended !== undefined) {
      const words = output.trim().split('\n').slice(-3).join(' / ');
      throw new Error(`\`go install ${module}\` ${ended}${words === '' ? '' : `: ${words}`}`);
    }
  } finally {
    clearInterval(timer);
  }
}
