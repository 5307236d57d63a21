import type { Context } from 'hono';
import type { DeskEnv } from '../environment.js';
import { Layout } from './layout.js';

/** What people read where a page cannot be shown. */
export interface PageFault {
  readonly title: string;
  readonly text: string;
}

/** A page that says why there is none. Who is signed in finds the way back in the header; clients, who have no inbox, are led nowhere. */
export function FaultPage({ c, title, text }: PageFault & { readonly c: Context<DeskEnv> }) {
  // A fault may come before anybody knows who asks.
  const variables: Partial<DeskEnv['Variables']> = c.var;
  const { person, session } = variables;
  const frame = person === undefined || session === undefined ? {} : { person, csrfToken: session.csrfToken };
  return (
    <Layout title={title} {...frame}>
      <h1>{title}</h1>
      <p>{text}</p>
      {c.req.path.startsWith('/client/') ? null : (
        <p>
          <a href="/">Back to the inbox</a>
        </p>
      )}
    </Layout>
  );
}
