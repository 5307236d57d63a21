import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { type CodecKeys, dataConverterOf } from './codec.js';
import { retriesUntilClosed } from './retries.js';

/** Where the server is; what is not given comes from TEMPORAL_* variables and the profiles of the Temporal CLI. */
export interface TemporalAddress {
  readonly address?: string;
  readonly namespace?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface TemporalClient {
  readonly connection: Connection;
  readonly client: Client;
  readonly namespace: string;
  close(): Promise<void>;
}

/** gRPC status numbers of a server that answers and refuses us. */
const REFUSALS = new Set([7, 16]);

/** The first cause of an error, which names what went wrong below the SDK's own words. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

function isRefusal(root: unknown): boolean {
  if (!(root instanceof Error)) return false;
  return 'code' in root && typeof root.code === 'number' ? REFUSALS.has(root.code) : /authentication|permission/i.test(root.message);
}

/** The Temporal server does not answer, or refuses us. */
export class TemporalUnavailable extends Error {
  override readonly name = 'TemporalUnavailable';
  /** Whether the server answered and refused us, so that trying again is of no use. */
  readonly refused: boolean;
  readonly fix: string;
  /** What went wrong alone; the message adds the fix. */
  readonly what: string;
  constructor(
    readonly address: string,
    cause: unknown,
  ) {
    const root = rootOf(cause);
    const why = root instanceof Error ? root.message.split('\n')[0] : String(root);
    const refused = isRefusal(root);
    const what = refused ? `the Temporal server at ${address} refuses us (${why})` : `no Temporal server answers at ${address} (${why})`;
    const fix = refused
      ? 'look at TEMPORAL_API_KEY, the TEMPORAL_TLS_* settings and the profile'
      : 'start one with `npm run dev`, or set TEMPORAL_ADDRESS to the address of yours';
    super(`${what}: ${fix}`, { cause });
    this.refused = refused;
    this.what = what;
    this.fix = fix;
  }
}

/**
 * An address that the caller names comes with the TLS and API key of the environment, not with those of the default profile in the
 * CLI's file, which describe another server; a profile named by TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE counts always.
 */
function settingsOf({ address, namespace, env = process.env }: TemporalAddress) {
  const entries = Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]));
  const overrideEnvVars = Object.fromEntries(entries);
  const named = overrideEnvVars.TEMPORAL_PROFILE !== undefined || overrideEnvVars.TEMPORAL_CONFIG_FILE !== undefined;
  const load = () => {
    try {
      return loadClientConnectConfig({ overrideEnvVars, disableFile: address !== undefined && !named });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `the profile for Temporal cannot be read (${why}): look at TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and \`temporal config list\``,
        {
          cause,
        },
      );
    }
  };
  const loaded = load();
  const { connectionOptions } = loaded;
  const chosen = address ?? connectionOptions.address ?? '127.0.0.1:7233';
  return {
    connectionOptions: { ...connectionOptions, address: chosen },
    address: chosen,
    namespace: namespace ?? loaded.namespace ?? 'default',
  };
}

/**
 * Connects a client; the caller closes it.
 * @throws TemporalUnavailable when nothing answers within 5 seconds; Error when a profile cannot be read
 */
export async function connectTemporal(options: TemporalAddress & { readonly codecKeys?: CodecKeys | undefined }): Promise<TemporalClient> {
  const { connectionOptions, address, namespace } = settingsOf(options);
  const dataConverter = dataConverterOf(options.codecKeys);
  const { tls, apiKey, metadata } = connectionOptions;
  const retries = retriesUntilClosed();
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address,
      interceptors: retries.interceptors,
      connectTimeout: '5 seconds',
      // gRPC's own longest pause is two minutes: a page would stay away that long after the server is back.
      channelArgs: { 'grpc.initial_reconnect_backoff_ms': 500, 'grpc.max_reconnect_backoff_ms': 5_000 },
      ...(tls === undefined ? {} : { tls }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    });
  } catch (error) {
    throw new TemporalUnavailable(address, error);
  }
  const close = (): Promise<void> => {
    retries.end();
    return connection.close();
  };
  try {
    const client = new Client({ connection, namespace, dataConverter });
    return { connection, client, namespace, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Connects a worker; the caller closes the connection after the worker has stopped.
 * @throws TemporalUnavailable when nothing answers; Error when a profile cannot be read
 */
export async function connectWorker(options: TemporalAddress): Promise<{ connection: NativeConnection; namespace: string }> {
  const { connectionOptions, address, namespace } = settingsOf(options);
  try {
    return { connection: await NativeConnection.connect(connectionOptions), namespace };
  } catch (error) {
    throw new TemporalUnavailable(address, error);
  }
}
