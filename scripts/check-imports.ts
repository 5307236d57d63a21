/**
 * Imports point one way (docs/architecture.md): each folder may import only from the folders listed for it.
 * Prints every arrow that points the wrong way and exits 1 when there is one.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/contract': ['src/contract'],
  'src/domain': ['src/domain', 'src/contract'],
  'src/workflows': ['src/workflows', 'src/domain', 'src/contract'],
  'src/tiktok': ['src/tiktok', 'src/domain', 'src/contract'],
  'src/process': ['src/process'],
  'src/store': ['src/store', 'src/process', 'src/domain', 'src/contract'],
  'src/approvals': ['src/approvals', 'src/store', 'src/domain', 'src/contract'],
  'src/sign-in': ['src/sign-in', 'src/domain', 'src/contract', 'src/config'],
  'src/activities': ['src/activities', 'src/tiktok', 'src/store', 'src/domain', 'src/contract'],
  'src/events': ['src/events', 'src/tiktok', 'src/store', 'src/domain', 'src/contract'],
  'src/gateway': ['src/gateway', 'src/events', 'src/store', 'src/process', 'src/domain', 'src/contract'],
  'src/notifications': ['src/notifications', 'src/store', 'src/domain', 'src/contract'],
  'src/temporal': ['src/temporal', 'src/process', 'src/domain', 'src/contract', 'src/config.ts'],
  simulator: ['simulator'],
};

function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const wrong: string[] = [];
for (const [folder, targets] of Object.entries(allowed)) {
  for (const file of files(join(root, folder))) {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"](\.[^'"]+)['"]/gm)) {
      const target = relative(root, resolve(dirname(file), match[2] ?? ''))
        .split(sep)
        .join('/')
        .replace(/\.js$/, '.ts');
      // Workflows may name the type of anything; a type leaves no trace in the bundle.
      if (match[1] && folder === 'src/workflows') continue;
      if (!targets.some((t) => target === t || target.startsWith(`${t}/`))) wrong.push(`${relative(root, file)} must not import ${target}`);
    }
  }
}
for (const line of wrong) process.stdout.write(`${line}\n`);
process.stdout.write(wrong.length === 0 ? 'imports point one way\n' : `${wrong.length} imports point the wrong way\n`);
process.exit(wrong.length === 0 ? 0 : 1);
