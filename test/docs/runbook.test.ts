import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { runKobi } from '../../src/cli/program.js';
import { readConfig } from '../../src/config.js';
import { readGatewayConfig } from '../../src/config/gateway.js';
import { readNotifierConfig } from '../../src/config/notifications.js';
import { BREAKER_REASONS, DROP_REASONS, PARK_REASONS, REJECT_REASONS } from '../../src/contract/event-reasons.js';
import { FAILURES } from '../../src/contract/failures.js';
import { REFUSALS, VERB_REFUSALS } from '../../src/contract/messages.js';
import { EVENT_CURRENCIES } from '../../src/domain/events/currencies.js';
import { REFUSAL_SENTENCES } from '../../src/domain/gate-policy.js';
import { intake } from '../../src/domain/tenant-intake.js';
import { openDatabase } from '../../src/store/database.js';
import { createSecretStore } from '../../src/store/secrets.js';
import { parseCodecKeys } from '../../src/temporal/codec.js';
import { brokenLinks, commandsNamed, documents, missingPaths, ROOT, rowsOf, scriptsNamed } from './documents.js';

const pages = documents();
const textOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? '';
const operations = textOf('docs/operations.md');
const [, parkedSteps = '', refusedDecisions = '', refusedVerbs = ''] =
  /## Runbook: parked steps\n([\s\S]*?)\n## Runbook: refused decisions\n([\s\S]*?)\n## Runbook: refused verbs\n([\s\S]*?)\n## /.exec(
    operations,
  ) ?? [];

/** Variables that the sources read through a schema, with the text of their default. */
function variablesOf(file: string): { name: string; fallback: string | undefined }[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [...source.matchAll(/^ {2,4}(APPROVALS|(?:KOBI|TIKTOK|TEMPORAL|DATABASE|SECRETS|OIDC)_[A-Z_]+): (.*),$/gm)].map((match) => ({
    name: match[1] ?? '',
    fallback: /\.default\(([^()]*)\)/.exec(match[2] ?? '')?.[1],
  }));
}
const variables = [
  'src/config.ts',
  'src/config/desk.ts',
  'src/config/provider.ts',
  'src/config/notifications.ts',
  'src/config/gateway.ts',
  'src/config/sender.ts',
  'src/temporal/codec-server.ts',
].flatMap(variablesOf);

async function helpOf(words: string): Promise<string> {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  await runKobi(
    [...words.split(' '), '--help'],
    { out: add, err: add, live: false, color: false, columns: 100, now: () => new Date() },
    {},
  );
  return lines.join('\n');
}

describe('the runbook', () => {
  it.each(Object.entries(FAILURES))('says of %s what happened, who has the ball, what to look at and the command', (code, { mend }) => {
    const [row, ...others] = rowsOf(parkedSteps, code);
    expect(others).toEqual([]);
    expect(row).toHaveLength(5);
    const [, happened = '', ball = '', lookAt = '', command = ''] = row ?? [];
    expect(happened.length).toBeGreaterThan(10);
    expect(['kobi', 'client', 'tiktok']).toContain(ball);
    expect(lookAt).not.toBe('');
    // The table's own command is among those that the runbook names.
    const verb = /kobi (provide|amend|retry)/.exec(mend)?.[1] ?? '';
    expect(command).toContain(verb);
  });

  it.each([...REFUSALS.map((code) => [code, refusedDecisions] as const), ...VERB_REFUSALS.map((code) => [code, refusedVerbs] as const)])(
    'says of the refusal %s who acts and how',
    (code, section) => {
      const [row, ...others] = rowsOf(section, code);
      expect(others).toEqual([]);
      expect(row).toHaveLength(4);
      expect(row?.every((cell) => cell !== '')).toBe(true);
    },
  );

  it.each([
    ['events wait', Object.keys(BREAKER_REASONS)],
    ['events are parked', Object.keys(PARK_REASONS)],
  ])('says of every reason for which %s what to do', (symptom, reasons) => {
    const row = operations.split('\n').find((line) => line.startsWith(`| ${symptom} (`));
    for (const reason of reasons) expect(row, reason).toContain(`\`${reason}\``);
  });

  it('holds the alerts about the age and the size of the backlog of events as the rules have them', () => {
    const { groups } = z
      .object({ groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })) })
      .parse(parse(readFileSync(join(ROOT, 'deploy/prometheus/events.yaml'), 'utf8')));
    const rules = groups.flatMap((group) => group.rules.map(({ expr }) => expr));
    for (const metric of ['kobi_events_backlog{', 'kobi_events_backlog_age_seconds{']) {
      const about = rules.filter((expr) => expr.includes(metric));
      expect(about, metric).toHaveLength(1);
      expect(operations).toContain(`\`${about[0]}\``);
    }
  });

  it('names no code that the tables do not have', () => {
    const named = (section: string): string[] => [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1] ?? '');
    expect(named(parkedSteps).toSorted()).toEqual(Object.keys(FAILURES).toSorted());
    expect(named(refusedDecisions).toSorted()).toEqual([...REFUSALS].toSorted());
    expect(named(refusedVerbs).toSorted()).toEqual([...VERB_REFUSALS].toSorted());
  });
});

describe('the settings', () => {
  it.each(variables)('explain $name, with its default', ({ name, fallback }) => {
    const [row] = rowsOf(operations, name);
    expect(row, `${name} has no row in docs/operations.md`).toBeDefined();
    const plain =
      fallback === undefined || fallback === '{}'
        ? ''
        : fallback
            .replaceAll(/['_]/g, '')
            .replace(/^false$/, 'off')
            .replace(/^true$/, 'on');
    expect(row?.join(' ').replaceAll('_', '')).toContain(plain);
  });

  it('name no variable of ours that nothing reads', () => {
    const known = new Set(variables.map(({ name }) => name));
    const named = [...operations.matchAll(/^\| `((?:KOBI|TIKTOK|DATABASE|SECRETS|OIDC)_[A-Z_]+)` \|/gm)].map((match) => match[1] ?? '');
    const others = new Set(['KOBI_DEV_ENV', 'KOBI_DEBUG']);
    expect(named.filter((name) => !known.has(name) && !others.has(name))).toEqual([]);
  });

  it('have examples that the configuration accepts', () => {
    const fromTable = (name: string): string => /^`(.*)`/.exec(rowsOf(operations, name)[0]?.at(-1) ?? '')?.[1] ?? '';
    const env = Object.fromEntries(variablesOf('src/config.ts').map(({ name }) => [name, fromTable(name)]));
    const config = readConfig(env);
    const notifier = readNotifierConfig(
      Object.fromEntries(variablesOf('src/config/notifications.ts').map(({ name }) => [name, fromTable(name)])),
    );
    const gateway = readGatewayConfig(
      Object.fromEntries(
        ['DATABASE_URL', ...variablesOf('src/config/gateway.ts').map(({ name }) => name)].map((name) => [name, fromTable(name)]),
      ),
    );
    expect(gateway).toMatchObject({ port: 8_095, limits: { eventsPerMinute: 60_000, bodyBytes: 2_097_152 } });
    expect(notifier).toMatchObject({ digestMs: 300_000, quiet: { from: 1_170, to: 480 }, webhooks: [{ name: 'crm' }] });
    expect(config.onboarding.fundingThresholdMinor).toEqual({ EUR: 100_000, USD: 120_000 });
    expect(parseCodecKeys(config.temporal.codecKeys ?? '').newest).not.toBe('');
    expect(() => createSecretStore(openDatabase(config.databaseUrl), config.secretsKey)).not.toThrow();
  });
});

describe('the tenant file of the documentation', () => {
  const block = /```yaml\n([\s\S]*?)```/.exec(textOf('docs/tenant-file.md'))?.[1] ?? '';

  it('is a tenant that the engine takes without a warning', () => {
    const result = intake(parse(block), { folder: '/tenants/example_shop' });
    expect(result).toMatchObject({ ok: true, tenant: { slug: 'example_shop' } });
    expect(result.ok && result.warnings).toEqual([]);
  });
});

describe.each(pages)('$path', (page) => {
  it('links to files and headings that are there, and names files that are there', () => {
    expect(brokenLinks(page)).toEqual([]);
    expect(missingPaths(page)).toEqual([]);
  });

  it('names scripts that npm has', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    expect(scriptsNamed(page.text).filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('names commands and options that kobi has', async () => {
    for (const { words, options } of commandsNamed(page.text)) {
      const help = await helpOf(words);
      expect(help, `kobi ${words}`).toContain(`Usage: kobi ${words} `);
      for (const option of options) expect(help, `kobi ${words} ${option}`).toContain(option);
    }
  });
});

describe('the page about events', () => {
  it('lists the currencies that events may have', () => {
    const listed = /these currencies in events:\n\n```\n([\s\S]*?)\n```/.exec(textOf('docs/events.md'))?.[1]?.split(/\s+/);
    expect(listed).toEqual([...EVENT_CURRENCIES]);
  });
});

describe('what the engine tells people to type', () => {
  it('can be typed as it stands: keys and event settings need the name of whoever does it', () => {
    const files = ['src', 'scripts'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(ROOT, folder, file)),
    );
    const lines = files.filter((file) => /\.tsx?$/.test(file)).flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    const said = lines.filter((line) => !/^\s*(?:\/?\*|\/\/)/.test(line));
    const short = said.filter((line) => /kobi\}? events (?:keys create|settings set) (?!.*--as )/.test(line));
    expect(short.map((line) => line.trim())).toEqual([]);
  });

  it('are commands and options that kobi has', async () => {
    const mended = [FAILURES, REJECT_REASONS, DROP_REASONS, PARK_REASONS].flatMap((reasons) =>
      Object.values(reasons).map(({ mend }) => mend),
    );
    const told = [...mended, ...Object.values(REFUSAL_SENTENCES)];
    for (const { words, options } of commandsNamed(told.map((text) => `\`${text.replaceAll('`', '')}\``).join('\n'))) {
      const help = await helpOf(words);
      expect(help, `kobi ${words}`).toContain(`Usage: kobi ${words} `);
      for (const option of options) expect(help, `kobi ${words} ${option}`).toContain(option);
    }
  });
});
