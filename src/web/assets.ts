import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Hono } from 'hono';

const require = createRequire(import.meta.url);
const own = (name: string): string => join(import.meta.dirname, 'assets', name);

const FILES: Readonly<Record<string, { readonly path: () => string; readonly type: string }>> = {
  'desk.css': { path: () => own('desk.css'), type: 'text/css; charset=utf-8' },
  'desk.js': { path: () => own('desk.js'), type: 'text/javascript; charset=utf-8' },
  'icon.svg': { path: () => own('icon.svg'), type: 'image/svg+xml' },
  'example-tenant.yaml': { path: () => own('example-tenant.yaml'), type: 'application/yaml; charset=utf-8' },
  'example-tenants.csv': { path: () => own('example-tenants.csv'), type: 'text/csv; charset=utf-8' },
  'htmx.js': { path: () => require.resolve('htmx.org/dist/htmx.min.js'), type: 'text/javascript; charset=utf-8' },
  'htmx-sse.js': { path: () => require.resolve('htmx-ext-sse/dist/sse.min.js'), type: 'text/javascript; charset=utf-8' },
};

/** Style, script and icon of the desk, examples to fill in, and htmx from its packages: everything comes from this origin. */
export function assetRoutes(): Hono {
  const app = new Hono();
  for (const [name, { path, type }] of Object.entries(FILES)) {
    app.get(`/assets/${name}`, async (c) => {
      const body = await readFile(path());
      return c.body(new Uint8Array(body), 200, { 'content-type': type, 'cache-control': 'public, max-age=300' });
    });
  }
  return app;
}
