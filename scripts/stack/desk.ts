import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '../../src/process/free-port.js';
import { createAccessToken } from '../../src/store/access-tokens.js';
import { openDatabase } from '../../src/store/database.js';
import { readPeopleFile } from '../../src/store/people-file.js';
import { type Child, jsonLine, startChild } from './child.js';
import type { Stack } from './stack.js';

const DAY_MS = 86_400_000;

export interface RunningDesk {
  readonly url: string;
  readonly child: Child;
  /** An address for each person that signs a browser in; good for a day. */
  readonly signIns: readonly { readonly person: string; readonly roles: string; readonly url: string }[];
}

/** Signs the cookies of this folder's desk, so that browsers stay signed in over a restart. */
function sessionKeyOf(folder: string): string {
  const file = join(folder, 'session.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** Starts the desk beside a stack as a process of its own. */
export async function startDesk(stack: Stack, folder: string): Promise<RunningDesk> {
  const port = await freePort(8236);
  const { child } = await startChild({
    entry: 'src/web.ts',
    env: {
      ...stack.env,
      KOBI_DEV_ENV: 'off',
      KOBI_SESSION_KEY: sessionKeyOf(folder),
      KOBI_DESK_PORT: String(port),
      KOBI_TENANT_FOLDER: resolve('examples', 'tenants'),
      KOBI_TENANT_FILES_WITHIN: resolve('examples'),
      ...(stack.uiUrl === null ? {} : { KOBI_TEMPORAL_UI: stack.uiUrl }),
    },
    logFile: join(stack.logs, 'desk.log'),
    ready: (line) => (line.includes('the desk answers') ? (jsonLine(line) ?? {}) : null),
  });
  const url = `http://127.0.0.1:${port}`;
  const db = openDatabase(stack.databaseUrl, { maxConnections: 1 });
  try {
    const { people } = await readPeopleFile(stack.env.KOBI_PEOPLE_FILE ?? '');
    const signIns = [];
    for (const person of people.filter((each) => !each.disabled)) {
      const token = await createAccessToken(db, { person: person.id, label: 'npm run dev', lastsMs: DAY_MS }, new Date());
      signIns.push({ person: person.id, roles: person.roles.join(', '), url: `${url}/sign-in#${token}` });
    }
    return { url, child, signIns };
  } finally {
    await db.destroy();
  }
}
