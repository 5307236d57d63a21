import type { TikTokClient } from '../tiktok/client.js';
import type { TemporalClient } from '../temporal/connection.js';
import { type ApprovalKeys, createApprovals } from '../approvals/approvals.js';
import { type Config, readConfig } from '../config.js';
import { readTemporalUi } from '../config/temporal-ui.js';
import { readDeskOrigin, readProviderConfig } from '../config/desk.js';
import type { ProviderConfig } from '../config/provider.js';
import type { People } from '../domain/people.js';
import { type Database, openDatabase } from '../store/database.js';
import { readPeopleFile } from '../store/people-file.js';
import { createSecretStore } from '../store/secrets.js';
import type { Engine } from './engine/engine.js';
import { localEngine } from './engine/local-engine.js';
import { createOnboardingClient, type OnboardingClient } from './onboarding-client.js';
import type { ReadPatience } from './read-status.js';

/** What one command works with. Each part is opened when it is first asked for, so that a command needs only what it uses. */
export interface Session {
  config(): Config;
  database(): Database;
  /** Where events are: KOBI_EVENTS_DATABASE_URL, else the database. */
  eventsDatabase(): Database;
  people(): Promise<People>;
  temporal(): Promise<TemporalClient>;
  tiktok(): Promise<TikTokClient>;
  approvals(): ApprovalKeys;
  onboardings(): Promise<OnboardingClient>;
  /** What commands ask: at the desk that KOBI_SERVER names, else over our own database and Temporal. */
  engine(): Promise<Engine>;
  /** The environment that everything else is read from. */
  readonly settings: NodeJS.ProcessEnv;
  /** Where browsers reach the Temporal UI; throws `ConfigInvalid` when nobody said. */
  temporalUi(): string;
  /** Where browsers reach the desk; throws `ConfigInvalid` when nobody said. */
  deskOrigin(): string;
  /** The OpenID provider of the desk, undefined where none is set up; throws `ConfigInvalid` when it is set up by half. */
  signInProvider(): ProviderConfig | undefined;
  /** Whether a part was opened: errors are explained by what was in use. */
  readonly used: { readonly config: Config | undefined };
  close(): Promise<void>;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Opened once; what could not be opened is tried anew by the next who asks, for a server that is away comes back. */
function onceOpened<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    const opening = (opened ??= open());
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  };
}

/**
 * Opens a session over the settings of an environment; the caller closes it.
 *
 * @param waiting told what is waited for, whenever a part is opened
 * @param patience how long a run may take to say how it stands; left out, as long as commands wait
 * Its parts throw `ConfigInvalid`, `PeopleFileInvalid`, `TemporalUnavailable` when they cannot be opened.
 */
export function openSession(
  settings: NodeJS.ProcessEnv,
  waiting: (what: string) => void = () => undefined,
  patience?: ReadPatience,
): Session {
  const closing: (() => Promise<void> | void)[] = [];
  let known: Config | undefined;
  const config = once(() => (known = readConfig(settings)));
  const database = once(() => {
    waiting('for the database');
    const db = openDatabase(config().databaseUrl, { maxConnections: 4 });
    closing.push(() => db.destroy());
    return db;
  });
  const eventsDatabase = once(() => {
    const url = settings['KOBI_EVENTS_DATABASE_URL']?.trim() ?? '';
    if (url === '' || url === config().databaseUrl) return database();
    waiting('for the database of events');
    const db = openDatabase(url, { maxConnections: 4 });
    closing.push(() => db.destroy());
    return db;
  });
  // Loaded when needed: the SDK and the HTTP client take longer to load than most commands to run.
  const temporal = onceOpened(async () => {
    const [{ connectTemporal }, { parseCodecKeys }] = await Promise.all([
      import('../temporal/connection.js'),
      import('../temporal/codec.js'),
    ]);
    const { codecKeys, address, namespace } = config().temporal;
    waiting('for the Temporal server');
    const connected = await connectTemporal({
      env: settings,
      ...(address === undefined ? {} : { address }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(codecKeys === undefined ? {} : { codecKeys: parseCodecKeys(codecKeys) }),
    });
    closing.push(() => connected.close());
    return connected;
  });
  const tiktok = onceOpened(async () => {
    const [{ createTikTokClient }, { createLimiter }] = await Promise.all([import('../tiktok/client.js'), import('../tiktok/limiter.js')]);
    const { baseUrl, accessToken, appId, appSecret, rateLevel } = config().tiktok;
    const limiter = createLimiter({ db: database(), level: rateLevel, appId });
    waiting('for TikTok');
    const client = createTikTokClient({ baseUrl, accessToken, appId, appSecret, limiter, deadlineMs: 20_000 });
    closing.push(() => client.close());
    return client;
  });
  const people = (): Promise<People> => readPeopleFile(config().peopleFile);
  const approvals = once(() => createApprovals({ db: database(), secretsKey: config().secretsKey, settings: config().approvals, people }));
  const session: Session = {
    settings,
    config,
    database,
    eventsDatabase,
    people,
    approvals,
    temporal,
    tiktok,
    onboardings: onceOpened(async () => {
      const { temporal: where, onboarding, secretsKey } = config();
      const { client } = await temporal();
      const db = database();
      waiting('for the onboarding to answer');
      return createOnboardingClient({
        client,
        db,
        secrets: createSecretStore(db, secretsKey),
        taskQueue: where.taskQueue,
        approvals: approvals(),
        settings: onboarding,
        ...(patience === undefined ? {} : { patience }),
      });
    }),
    engine: onceOpened(async () => {
      if ((settings['KOBI_SERVER'] ?? '') === '') return localEngine(session);
      const { serverEngine } = await import('./server/server-engine.js');
      return serverEngine(settings, waiting);
    }),
    temporalUi: () => readTemporalUi(settings),
    deskOrigin: () => readDeskOrigin(settings),
    signInProvider: () => readProviderConfig(settings),
    used: {
      get config() {
        return known;
      },
    },
    async close() {
      await Promise.allSettled(closing.toReversed().map(async (end) => end()));
    },
  };
  return session;
}
