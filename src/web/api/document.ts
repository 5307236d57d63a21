import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The API in OpenAPI 3.1, made from the schemas that check requests. `openapi/kobi.json` is this object. */
export function documentOf(routes: readonly RouteConfig[]): Document {
  const api = new OpenAPIHono();
  for (const route of routes) api.openAPIRegistry.registerPath(route);
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'a personal access token: kobi token create PERSON',
  });
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: "Kobi's TikTok onboarding",
      version: '1.0.0',
      description:
        'The verbs of the command line over HTTP. Who acts is the person of the token and never part of a request. Every POST carries an ' +
        'Idempotency-Key: the same key with the same body has one effect and hears the same answer for a week.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
  });
}
