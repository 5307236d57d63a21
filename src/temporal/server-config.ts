import { join } from 'node:path';
import type { ServerPorts } from './server-ports.js';

/** Where the server keeps its state: SQLite in memory or in a file, or PostgreSQL (two databases). */
export type ServerStore =
  | { readonly kind: 'sqlite'; readonly file: string | null }
  | { readonly kind: 'postgres'; readonly url: string; readonly database: string; readonly visibilityDatabase: string };

export type DynamicConfig = Readonly<Record<string, string | number | boolean>>;

/**
 * One partition per task queue keeps a rate limit exact and the server quick; time skipping is for tests; the rest makes new
 * search attributes and virtual time visible at once (facts: runtime).
 */
export const DEVELOPMENT_DYNAMIC_CONFIG: DynamicConfig = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'frontend.WorkflowTimeSkippingEnabled': true,
  'frontend.WorkflowTimeSkippingMaxSkipPerSession': 100_000,
  'history.timerProcessorMaxTimeShift': '50ms',
  'system.forceSearchAttributesCacheRefreshOnRead': true,
};

/** The form of the server's dynamic configuration file. */
export function dynamicConfigFile(config: DynamicConfig): Record<string, { value: string | number | boolean }[]> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, [{ value }]]));
}

function sqlite(file: string | null) {
  return {
    sql: {
      pluginName: 'sqlite',
      databaseName: file ?? 'default',
      connectAddr: 'localhost',
      connectProtocol: 'tcp',
      connectAttributes:
        file === null ? { mode: 'memory', cache: 'private' } : { cache: 'private', setup: 'true', journal_mode: 'wal', synchronous: '2' },
      maxConns: 1,
      maxIdleConns: 1,
      maxConnLifetime: '1h',
    },
  };
}

function postgres(url: string, databaseName: string, maxConns: number) {
  const { username, password, hostname, port } = new URL(url);
  return {
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName,
      connectAddr: `${hostname}:${port === '' ? '5432' : port}`,
      connectProtocol: 'tcp',
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  };
}

/** The configuration of a server process with all four roles, all on loopback. */
export function serverConfig({
  store,
  ports,
  dynamicConfigPath,
}: {
  store: ServerStore;
  ports: ServerPorts;
  dynamicConfigPath: string;
}): object {
  const rpc = (grpcPort: number, membershipPort: number) => ({ rpc: { grpcPort, membershipPort, bindOnLocalHost: true } });
  const frontend = rpc(ports.frontend, ports.membership[0]);
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: store.kind === 'sqlite' ? 1 : 4,
      datastores:
        store.kind === 'sqlite'
          ? { main: sqlite(store.file), visibility: sqlite(store.file) }
          : { main: postgres(store.url, store.database, 20), visibility: postgres(store.url, store.visibilityDatabase, 5) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: { rpc: { ...frontend.rpc, httpPort: ports.http } },
      history: rpc(ports.history, ports.membership[1]),
      matching: rpc(ports.matching, ports.membership[2]),
      worker: rpc(ports.worker, ports.membership[3]),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend}`,
          httpAddress: `127.0.0.1:${ports.http}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfigPath, pollInterval: '10s' },
  };
}

/** The configuration of the web UI beside it; the codec server is asked with the sign-in cookie. */
export function uiConfig({ address, port, codecEndpoint }: { address: string; port: number; codecEndpoint: string | null }): object {
  return {
    temporalGrpcAddress: address,
    host: '127.0.0.1',
    port,
    enableUi: true,
    defaultNamespace: 'default',
    disableNewsFetch: true,
    cors: { cookieInsecure: true, allowOrigins: [`http://127.0.0.1:${port}`] },
    ...(codecEndpoint === null ? {} : { codec: { endpoint: codecEndpoint, passAccessToken: false, includeCredentials: true } }),
    hideLogs: true,
  };
}

/** Names of the files that a server's folder holds. */
export function filesOf(folder: string) {
  return {
    database: join(folder, 'temporal.db'),
    server: join(folder, 'server.yaml'),
    dynamicConfig: join(folder, 'dynamic-config.yaml'),
    ui: join(folder, 'ui.yaml'),
    serverLog: join(folder, 'server.log'),
    uiLog: join(folder, 'ui.log'),
  };
}
