import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config.js';
import { readDeskConfig } from '../../src/config/desk.js';
import { readSenderConfig } from '../../src/config/sender.js';
import { SENDING } from '../../src/events/sending/settings.js';
import { readGatewayConfig } from '../../src/config/gateway.js';
import { readNotifierConfig } from '../../src/config/notifications.js';
import { readPeopleFile } from '../../src/store/people-file.js';
import { parseCodecKeys } from '../../src/temporal/codec.js';
import { SERVER_VERSION, UI_VERSION } from '../../src/temporal/binary-cache.js';
import { DEVELOPMENT_DYNAMIC_CONFIG, dynamicConfigFile } from '../../src/temporal/server-config.js';

const root = resolve(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const words = z.union([z.string(), z.array(z.string())]).transform((value) => (typeof value === 'string' ? [value] : value));
const service = z.object({
  image: z.string(),
  build: z.unknown().optional(),
  command: words.default([]),
  entrypoint: words.default([]),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  restart: z.string().optional(),
  read_only: z.boolean().default(false),
  init: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  stop_grace_period: z.string().optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(compose.services);
/** Services that end by themselves: others wait for their success. */
const jobs = new Set(
  services.flatMap(([, { depends_on }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) => (condition === 'service_completed_successfully' ? [name] : [])),
  ),
);
/** A text of the file as compose would hand it on when nothing is set. */
const withDefaults = (text: string): string => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [key, withDefaults(value)]));

describe('the services', () => {
  it('are the ones that the engine needs, in this order', () => {
    const waits = (name: string): unknown =>
      Object.fromEntries(Object.entries(compose.services[name]?.depends_on ?? {}).map(([other, { condition }]) => [other, condition]));
    expect(waits('postgres')).toEqual({});
    expect(waits('temporal-schema')).toEqual({ postgres: 'service_healthy' });
    expect(waits('temporal')).toEqual({ 'temporal-schema': 'service_completed_successfully' });
    expect(waits('temporal-namespace')).toEqual({ temporal: 'service_healthy' });
    expect(waits('temporal-ui')).toEqual({ temporal: 'service_healthy' });
    expect(waits('worker')).toEqual({ postgres: 'service_healthy', 'temporal-namespace': 'service_completed_successfully' });
    expect(waits('codec')).toEqual({});
    expect(waits('desk')).toEqual(waits('worker'));
    expect(waits('notifier')).toEqual({ postgres: 'service_healthy' });
    expect(waits('sender')).toEqual({ postgres: 'service_healthy' });
    expect(waits('gateway')).toEqual({ postgres: 'service_healthy' });
    for (const { depends_on } of Object.values(compose.services))
      for (const name of Object.keys(depends_on)) expect(compose.services).toHaveProperty([name]);
  });

  it('come from pinned images, Temporal from the release that we test against, and not from the retired ones', () => {
    for (const [name, { image }] of services) {
      expect(withDefaults(image), name).toMatch(/^[\w./-]+:[\w.-]+$/);
      expect(withDefaults(image), name).not.toMatch(/:latest$|auto-setup/);
    }
    const image = (name: string): string => withDefaults(compose.services[name]?.image ?? '');
    expect(image('temporal')).toBe(`temporalio/server:${SERVER_VERSION}`);
    expect(image('temporal-schema')).toBe(`temporalio/admin-tools:${SERVER_VERSION}`);
    expect(image('temporal-ui')).toBe(`temporalio/ui:${UI_VERSION}`);
  });

  it('that stay up say whether they are healthy and come back; jobs are tried again', () => {
    for (const [name, { healthcheck, restart, profiles }] of services) {
      if (profiles.includes('cli')) continue;
      if (jobs.has(name)) expect(restart, name).toMatch(/^on-failure/);
      else {
        expect(healthcheck?.test[0], name).toMatch(/^CMD/);
        expect(restart, name).toBe('unless-stopped');
      }
    }
    expect(compose.services['worker']?.healthcheck?.test.join(' ')).toContain(':8090/readyz');
    expect(environmentOf('worker')['KOBI_HEALTH_PORT']).toBe('8090');
    expect(compose.services['desk']?.healthcheck?.test.join(' ')).toContain(`:${environmentOf('desk')['KOBI_DESK_PORT']}/health`);
    expect(compose.services['notifier']?.healthcheck?.test.join(' ')).toContain(environmentOf('notifier')['KOBI_ALIVE_FILE']);
  });

  it('are reached on loopback only, and workers from any free port, so that there may be several', () => {
    for (const [name, { ports }] of services) for (const port of ports) expect(withDefaults(port), name).toMatch(/^127\.0\.0\.1:\d*:\d+$/);
    for (const port of compose.services['worker']?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1::/);
  });

  it('keep their state in named volumes, and see nothing of this machine but files that they only read', () => {
    const kept = new Set<string>();
    for (const [name, { volumes }] of services) {
      for (const volume of volumes.map(withDefaults)) {
        const [source = '', , mode] = volume.split(':');
        if (source.startsWith('.')) {
          expect(mode, `${name} ${volume}`).toBe('ro');
          expect(existsSync(join(root, source)), `${name} ${source}`).toBe(true);
        } else kept.add(source);
      }
    }
    expect([...kept].toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
    expect(compose.services['postgres']?.volumes).toContain('postgres:/var/lib/postgresql/data');
  });

  it('of our own image may write nowhere else, have no privileges, and run something that the build makes', () => {
    const ours = services.filter(([, { build }]) => build !== undefined);
    expect(ours.map(([name]) => name).toSorted()).toEqual([
      'codec',
      'desk',
      'gateway',
      'kobi',
      'notifier',
      'sender',
      'simulator',
      'temporal-namespace',
      'worker',
    ]);
    for (const [name, { read_only, cap_drop, init, command }] of ours) {
      expect({ name, read_only, cap_drop, init }).toEqual({ name, read_only: true, cap_drop: ['ALL'], init: true });
      const [, script] = command;
      if (script !== undefined)
        expect(existsSync(join(root, script.replace(/^dist\//, '').replace(/\.js$/, '.ts'))), `${name} ${script}`).toBe(true);
    }
  });

  it('leave the simulator, the mail catcher and the command line to those who ask for them', () => {
    expect(services.filter(([, { profiles }]) => profiles.length > 0).map(([name, { profiles }]) => [name, ...profiles])).toEqual([
      ['mail', 'mail'],
      ['kobi', 'cli'],
      ['simulator', 'simulator'],
    ]);
  });

  it('give the worker more time to stop than it takes', () => {
    const seconds = Number.parseInt(compose.services['worker']?.stop_grace_period ?? '0', 10);
    expect(seconds).toBeGreaterThan(Number(environmentOf('worker')['KOBI_GRACE_SECONDS']) + 10);
  });
});

describe('the settings', () => {
  const example = parseEnv(read('.env.example'));
  const SECRET = /PASSWORD|PWD|SECRET|TOKEN|_KEYS?$/;

  it('that are secret come from the environment, with defaults that nobody can take for real ones', () => {
    const secrets = services.flatMap(([name, { environment }]) =>
      Object.entries(environment).flatMap(([key, value]) => (SECRET.test(key) ? [{ what: `${name} ${key}`, value }] : [])),
    );
    expect(secrets.length).toBeGreaterThan(8);
    for (const { what, value } of secrets) {
      expect(value, what).toMatch(/^\$\{\w+:-[^}]*\}$/);
      expect(withDefaults(value), what).toMatch(/^(fake|sim-|fa4e|$)/);
    }
    for (const [key, value] of Object.entries(example)) if (SECRET.test(key)) expect(value, key).toMatch(/^(fake|fa4e|$)/);
    // A password inside an address is one too.
    for (const [, password = ''] of read('docker-compose.yml').matchAll(/:\/\/\w+:([^@\s]+)@/g)) expect(password).toMatch(/^\$\{\w+:-fake/);
  });

  it('are all in .env.example, and nothing else is', () => {
    const used = new Set([...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    expect(Object.keys(example).toSorted()).toEqual([...used].toSorted());
  });

  it('are ones that the worker takes as they are', async () => {
    const config = readConfig(environmentOf('worker'));
    expect(config.worker.host).toBe('0.0.0.0');
    expect(config.onboarding.allowLoopback).toBe(false);
    expect(parseCodecKeys(config.temporal.codecKeys ?? '').newest).toBe('fake1');
    expect(config.databaseUrl).toBe('postgres://kobi:fake-kobi-password@postgres:5432/kobi');
    expect(readConfig({ ...environmentOf('worker'), ...example }).tiktok.accessToken).toBe('fake-access-token');
    await expect(readPeopleFile(join(root, 'examples', 'people.yaml'))).resolves.toBeDefined();
  });

  it('are ones that the desk and the notifier take as they are, and with a mail catcher and a provider too', () => {
    const desk = environmentOf('desk');
    expect(readDeskConfig(desk)).toMatchObject({ host: '0.0.0.0', port: 8236, origin: 'http://127.0.0.1:8236' });
    expect(readConfig(desk).databaseUrl).toBe(readConfig(environmentOf('worker')).databaseUrl);
    expect(compose.services['desk']?.ports).toEqual(['127.0.0.1:8236:8236']);
    const signIn = { OIDC_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'kobi-desk', OIDC_CLIENT_SECRET: 'fake-secret' };
    expect(readDeskConfig({ ...desk, ...signIn }).provider?.issuer).toBe('https://id.example.org');
    expect(readNotifierConfig(environmentOf('notifier'))).toMatchObject({
      deskOrigin: 'http://127.0.0.1:8236',
      aliveFile: '/tmp/notifier-alive',
      quiet: { from: 1_200, to: 420 },
    });
    expect(readNotifierConfig(environmentOf('notifier')).mail).toBeUndefined();
    const mails = readNotifierConfig({ ...environmentOf('notifier'), KOBI_SMTP_URL: 'smtp://mail:1025' }).mail;
    expect(mails).toEqual({ smtpUrl: 'smtp://mail:1025', from: 'Kobi <onboarding@example.org>' });
    // In .env the people file is the host's.
    const { KOBI_PEOPLE_FILE: _host, ...given } = example;
    expect(readNotifierConfig({ ...environmentOf('notifier'), ...given })).toEqual(readNotifierConfig(environmentOf('notifier')));
  });

  it('are ones that the sender takes as they are', () => {
    const given = readSenderConfig(environmentOf('sender'));
    expect(given).toMatchObject({ perDestination: 20, keepDays: 90, healthPort: 8092, metricsPort: 9466, sending: SENDING });
    expect(given.eventsDatabaseUrl).toBe(readConfig(environmentOf('worker')).databaseUrl);
    expect(compose.services['sender']?.healthcheck?.test.join(' ')).toContain(':8092/readyz');
  });

  it('are ones that the event gateway takes as they are, and its uploads lie in a volume', () => {
    const { KOBI_GATEWAY_EVENTS_PER_MINUTE: perMinute } = example;
    const given = readGatewayConfig({ ...environmentOf('gateway'), KOBI_GATEWAY_EVENTS_PER_MINUTE: perMinute });
    expect(given).toMatchObject({ host: '0.0.0.0', port: 8095, trustedProxies: 0, limits: { eventsPerMinute: 600_000 } });
    expect(given.eventsDatabaseUrl).toBe(readSenderConfig(environmentOf('sender')).eventsDatabaseUrl);
    expect(compose.services['gateway']?.volumes).toEqual([`uploads:${given.uploadFolder}`]);
    expect(compose.services['gateway']?.healthcheck?.test.join(' ')).toContain(':8095/readyz');
  });

  it('agree between the services', () => {
    expect(environmentOf('kobi')).toEqual(
      Object.fromEntries(
        Object.entries(environmentOf('worker')).filter(([key]) => !/^KOBI_(HOST|HEALTH_PORT|METRICS_PORT|GRACE_SECONDS)$/.test(key)),
      ),
    );
    expect(environmentOf('codec')['KOBI_CODEC_KEYS']).toBe(environmentOf('worker')['KOBI_CODEC_KEYS']);
    expect(environmentOf('temporal')['POSTGRES_PWD']).toBe(environmentOf('temporal-schema')['SQL_PASSWORD']);
    // The UI may call the codec endpoint with its cookie, and no other page may.
    const ui = environmentOf('temporal-ui');
    expect(ui['TEMPORAL_CODEC_ENDPOINT']).toBe('http://127.0.0.1:8081');
    expect(ui['TEMPORAL_CODEC_INCLUDE_CREDENTIALS']).toBe('true');
    expect(environmentOf('codec')['KOBI_UI_ORIGIN']).toBe(ui['TEMPORAL_CORS_ORIGINS']);
  });

  it('of the server are those of development, without what is for tests only', () => {
    const testsOnly = /TimeSkipping|timerProcessorMaxTimeShift|forceSearchAttributesCacheRefreshOnRead/;
    const config = Object.fromEntries(Object.entries(DEVELOPMENT_DYNAMIC_CONFIG).filter(([name]) => !testsOnly.test(name)));
    expect(parse(read('deploy/temporal/dynamic-config.yaml'))).toEqual(dynamicConfigFile(config));
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image = '']) => image.replace('${NODE_IMAGE}', defaultImage()));
  function defaultImage(): string {
    return /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1] ?? '';
  }

  it('is built in stages on glibc and runs as an ordinary user', () => {
    expect(stages.length).toBeGreaterThan(1);
    for (const image of stages) expect(image).toMatch(/^node:\d+-bookworm-slim$/);
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect([...last.matchAll(/^USER (\S+)/gm)].map(([, user]) => user)).toEqual(['node']);
    expect(last).toMatch(/CMD \["node", "dist\/src\/worker\.js"\]\s*$/);
    expect(last).toContain('KOBI_DEV_ENV=off');
  });

  it('is given what it copies, and nothing else of this folder', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    const given = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, all = '']) => all.split(' ').slice(0, -1));
    for (const source of copied) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(
        given.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true);
    }
    for (const path of given) expect(path).not.toMatch(/^(\.env|\.git|\.kobi|node_modules|examples|test)/);
  });
});

describe('docker', () => {
  const docker = { ...process.env, COMPOSE_PROFILES: '' };
  let hasCompose = false;
  beforeAll(() => {
    hasCompose = spawnSync('docker', ['compose', 'version'], { env: docker }).status === 0;
  });

  it('takes the file as it is, where docker with compose is at hand', ({ skip }) => {
    if (!hasCompose) skip('docker compose is not installed here');
    const args = ['compose', '--profile', '*', '--env-file', '.env.example', 'config', '--quiet'];
    const { status, stderr } = spawnSync('docker', args, { cwd: root, env: docker, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});
