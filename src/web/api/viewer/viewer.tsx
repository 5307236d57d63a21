import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Hono } from 'hono';

const require = createRequire(import.meta.url);

const FILES: Readonly<Record<string, { readonly path: () => string; readonly type: string }>> = {
  'swagger-ui.css': { path: () => require.resolve('swagger-ui-dist/swagger-ui.css'), type: 'text/css; charset=utf-8' },
  'swagger-ui.js': { path: () => require.resolve('swagger-ui-dist/swagger-ui-bundle.js'), type: 'text/javascript; charset=utf-8' },
  'show-document.js': { path: () => join(import.meta.dirname, 'show-document.js'), type: 'text/javascript; charset=utf-8' },
};

function ViewerPage() {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>API · Kobi desk</title>
        <link rel="stylesheet" href="/api/v1/docs/swagger-ui.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="/api/v1/docs/swagger-ui.js" defer></script>
        <script src="/api/v1/docs/show-document.js" defer></script>
      </head>
      <body>
        <main id="viewer">
          <noscript>
            The viewer needs JavaScript; <a href="/api/v1/openapi.json">the document itself</a> does not.
          </noscript>
        </main>
      </body>
    </html>
  );
}

/** The document for people, from our own origin and under the desk's own content security policy; it shows nothing that is not public. */
export function viewerRoutes(): Hono {
  const app = new Hono();
  app.get('/docs', (c) => c.html(<ViewerPage />));
  for (const [name, { path, type }] of Object.entries(FILES)) {
    app.get(`/docs/${name}`, async (c) =>
      c.body(new Uint8Array(await readFile(path())), 200, { 'content-type': type, 'cache-control': 'public, max-age=300' }),
    );
  }
  return app;
}
