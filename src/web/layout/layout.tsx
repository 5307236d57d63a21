import type { Child } from 'hono/jsx';
import type { Person } from '../../domain/people.js';
import { may } from '../authority.js';

export interface LayoutProps {
  readonly title: string;
  /** Undefined on pages for people without an account. */
  readonly person?: Person;
  readonly csrfToken?: string;
  /** Gates that wait for Kobi, shown in the header. */
  readonly openGates?: number | undefined;
  /** Which entry of the navigation this page is. */
  readonly here?: 'inbox' | 'board' | 'start' | 'tenants' | undefined;
  /** Said loudly above everything, such as that signatures are off. */
  readonly warning?: string | undefined;
  readonly children?: Child;
}

function Navigation({ here, openGates, person }: Pick<LayoutProps, 'here' | 'openGates'> & { readonly person: Person }) {
  const entry = (id: NonNullable<LayoutProps['here']>, href: string, text: string, element?: string) => (
    <li>
      <a id={element} href={href} aria-current={here === id ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
  return (
    <nav aria-label="Desk">
      <ul>
        {entry('inbox', '/', openGates === undefined ? 'Inbox' : `Inbox (${openGates})`, 'open-gates')}
        {entry('tenants', '/tenants', 'Tenants')}
        {entry('board', '/board', 'Board')}
        {may(person, 'operate') ? entry('start', '/start', 'Start') : null}
      </ul>
    </nav>
  );
}

/** The frame of every page: header with navigation, the warning if there is one, and the page in `main`. */
export function Layout({ title, person, csrfToken, openGates, here, warning, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {csrfToken === undefined ? null : <meta name="csrf-token" content={csrfToken} />}
        <meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}' />
        <title>{`${title} · Kobi desk`}</title>
        <link rel="stylesheet" href="/assets/desk.css" />
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <script src="/assets/htmx.js" defer></script>
        <script src="/assets/htmx-sse.js" defer></script>
        <script src="/assets/desk.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {warning === undefined ? null : (
          <p class="warning" role="alert">
            {warning}
          </p>
        )}
        {person === undefined ? null : (
          <header>
            <a class="brand" href="/">
              Kobi desk
            </a>
            <Navigation here={here} openGates={openGates} person={person} />
            <form method="post" action="/sign-out" class="who">
              <input type="hidden" name="csrf" value={csrfToken ?? ''} />
              <span>{person.id}</span> <button class="quiet">Sign out</button>
            </form>
          </header>
        )}
        <main id="main">{children}</main>
        {person === undefined ? null : (
          <footer>
            <a href="/api/v1/docs">The same over HTTP: API</a>
          </footer>
        )}
      </body>
    </html>
  );
}
