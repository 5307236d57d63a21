import { cacheFolderOf, cached, CLI_VERSION, install, type Program, SERVER_VERSION, whileLocked } from './binary-cache.js';
import { type BuiltProgram, buildWithGo, findGo } from './go-build.js';
import { atLeast, embeddedServerVersion, onPath } from './installed-cli.js';
import { downloadRelease, RELEASE_URL } from './release-download.js';

/** A Temporal server on this machine: the bare server with its UI apart, or the CLI that embeds both. */
export type TemporalPrograms =
  | { readonly kind: 'server'; readonly server: string; readonly ui: string | null }
  | { readonly kind: 'cli'; readonly temporal: string };

export interface SearchOptions {
  readonly ui: boolean;
  readonly onProgress: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
  readonly cacheFolder?: string;
  /** Longest silence of the release's server, in milliseconds. */
  readonly silenceMs?: number;
}

/** No Temporal server can be had here; the message lists every way that was tried. */
export class NoTemporalServer extends Error {
  override readonly name = 'NoTemporalServer';
  constructor(readonly tried: readonly string[]) {
    super(
      `no Temporal server can be had on this machine. Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}\n` +
        `Do one of these: install the Temporal CLI ${CLI_VERSION} or later (\`brew install temporal\`, or https://temporal.io/setup/install-temporal-cli), ` +
        'install Go 1.26.8 or later, set TEMPORAL_RELEASE_URL to a mirror of the release, or set TEMPORAL_ADDRESS to a running server.',
    );
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Search extends Required<Omit<SearchOptions, 'silenceMs'>> {
  readonly silenceMs: number | undefined;
  readonly tried: string[];
}

async function fromCache({ cacheFolder, ui, tried }: Search): Promise<TemporalPrograms | null> {
  const [server, uiServer, temporal] = await Promise.all([
    cached(cacheFolder, 'server'),
    cached(cacheFolder, 'ui'),
    cached(cacheFolder, 'cli'),
  ]);
  if (server !== null && (!ui || uiServer !== null)) return { kind: 'server', server, ui: uiServer };
  if (temporal !== null) return { kind: 'cli', temporal };
  tried.push(`cache ${cacheFolder}: ${server === null ? 'no server in it' : 'the server is in it, its web UI is not'}`);
  return null;
}

async function fromPath({ env, tried }: Search): Promise<TemporalPrograms | null> {
  const temporal = await onPath('temporal', env);
  if (temporal === null) {
    tried.push('PATH: no `temporal` on it');
    return null;
  }
  try {
    const version = await embeddedServerVersion(temporal);
    if (atLeast(version, SERVER_VERSION)) return { kind: 'cli', temporal };
    tried.push(`PATH: ${temporal} embeds server ${version}, and ${SERVER_VERSION} or later is needed`);
  } catch (error) {
    tried.push(`PATH: ${temporal} does not tell its version: ${reasonOf(error)}`);
  }
  return null;
}

async function fromRelease({ cacheFolder, env, onProgress, silenceMs, tried }: Search): Promise<TemporalPrograms | null> {
  const baseUrl = env.TEMPORAL_RELEASE_URL || RELEASE_URL;
  try {
    const temporal = await install(cacheFolder, 'cli', (folder) =>
      downloadRelease({ folder, baseUrl, onProgress, ...(silenceMs === undefined ? {} : { silenceMs }) }),
    );
    return { kind: 'cli', temporal };
  } catch (error) {
    tried.push(`release of the Temporal CLI: ${reasonOf(error)}`);
    return null;
  }
}

async function built(search: Pick<Search, 'cacheFolder' | 'env' | 'onProgress'>, program: BuiltProgram): Promise<string> {
  const { cacheFolder, env, onProgress } = search;
  const there = await cached(cacheFolder, program satisfies Program);
  if (there !== null) return there;
  const go = await findGo(env);
  return await install(cacheFolder, program, (folder) => buildWithGo({ go, program, folder, env, onProgress }));
}

async function fromSource(search: Search): Promise<TemporalPrograms | null> {
  try {
    const server = await built(search, 'server');
    return { kind: 'server', server, ui: search.ui ? await built(search, 'ui') : null };
  } catch (error) {
    search.tried.push(`building from source: ${reasonOf(error)}`);
    // A server without its page still runs every onboarding.
    const server = await cached(search.cacheFolder, 'server');
    if (server === null) return null;
    search.onProgress(`no web UI can be had, going on without it: ${reasonOf(error)}`);
    return { kind: 'server', server, ui: null };
  }
}

function searchOf({ ui, onProgress, env = process.env, cacheFolder = cacheFolderOf(env), silenceMs }: SearchOptions): Search {
  return { ui, onProgress, env, cacheFolder, silenceMs, tried: [] };
}

function locked<Result>({ cacheFolder, onProgress }: Search, work: () => Promise<Result>): Promise<Result> {
  return whileLocked(cacheFolder, (pid) => onProgress(`waiting for process ${pid}, which is getting the Temporal server`), work);
}

/**
 * Finds a Temporal server in this order: our cache, `temporal` on PATH when it embeds server 1.32 or later, the official release
 * (kept in the cache), built from source with Go (kept in the cache). One process fetches, others wait for it.
 * @throws NoTemporalServer listing every way that was tried and why it failed
 */
export async function findTemporal(options: SearchOptions): Promise<TemporalPrograms> {
  const search = searchOf(options);
  const installed = (await fromCache(search)) ?? (await fromPath(search));
  if (installed !== null) return installed;
  return await locked(search, async () => {
    const tried = [...search.tried];
    const found = (await fromCache(search)) ?? (await fromRelease({ ...search, tried })) ?? (await fromSource({ ...search, tried }));
    if (found === null) throw new NoTemporalServer(tried);
    return found;
  });
}

/**
 * The bare server and its schema tool, which PostgreSQL needs and no release contains: from our cache, else built with Go.
 * @throws NoTemporalServer when they are neither cached nor can be built
 */
export async function findServerForPostgres(options: SearchOptions): Promise<{ server: string; sqlTool: string; ui: string | null }> {
  const search = searchOf(options);
  return await locked(search, async () => {
    try {
      const server = await built(search, 'server');
      const sqlTool = await built(search, 'sqlTool');
      return { server, sqlTool, ui: search.ui ? await built(search, 'ui') : null };
    } catch (error) {
      throw new NoTemporalServer([`cache ${search.cacheFolder}: incomplete`, `building from source: ${reasonOf(error)}`]);
    }
  });
}
