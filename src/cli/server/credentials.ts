import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { failed } from '../exit.js';

const schema = z.object({ servers: z.record(z.string(), z.object({ person: z.string(), token: z.string() })) });
type Credentials = z.infer<typeof schema>;
export type Credential = Credentials['servers'][string];

/** Below the user's folder for settings (XDG Base Directory specification): a relative XDG_CONFIG_HOME counts as none. */
export function credentialsFile({ XDG_CONFIG_HOME = '', HOME = '' }: NodeJS.ProcessEnv): string {
  const config = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(HOME === '' ? homedir() : HOME, '.config');
  return join(config, 'kobi', 'credentials.json');
}

async function read(file: string): Promise<Credentials> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { servers: {} };
    throw failed(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw failed(`${file} is not what kobi login writes; remove it and log in again`);
  }
}

/** Only its owner may read it, from its first byte on; whoever reads meanwhile sees the old file or the new one. */
async function write(file: string, credentials: Credentials): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  try {
    await writeFile(fresh, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(fresh, 0o600);
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw failed(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Who is logged in at a desk from here; undefined when nobody is. */
export async function readCredential(env: NodeJS.ProcessEnv, origin: string): Promise<Credential | undefined> {
  return (await read(credentialsFile(env))).servers[origin];
}

/** The desks at which somebody is logged in from here. */
export async function knownServers(env: NodeJS.ProcessEnv): Promise<string[]> {
  return Object.keys((await read(credentialsFile(env))).servers);
}

/** Keeps a token in place of the one before; answers the file. */
export async function keepCredential(env: NodeJS.ProcessEnv, origin: string, credential: Credential): Promise<string> {
  const file = credentialsFile(env);
  const { servers } = await read(file);
  await write(file, { servers: { ...servers, [origin]: credential } });
  return file;
}

/** Forgets the token for a desk; answers whose it was. */
export async function forgetCredential(env: NodeJS.ProcessEnv, origin: string): Promise<string | undefined> {
  const file = credentialsFile(env);
  const { [origin]: gone, ...servers } = (await read(file)).servers;
  if (gone) await write(file, { servers });
  return gone?.person;
}
