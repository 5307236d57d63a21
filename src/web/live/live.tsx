import type { Child } from 'hono/jsx';

/**
 * A part of a page that is asked for again when something changed, where there is JavaScript; without it, it is just there. What
 * somebody is typing or has unfolded in it stays: they are told instead (assets/desk.js).
 */
export function Live(props: {
  /** Of the part, unique in the page. */
  readonly id: string;
  /** Path and query of this page. */
  readonly address: string;
  /** Only changes of this tenant. */
  readonly tenant?: string;
  readonly children?: Child;
}) {
  const { id, address, tenant, children } = props;
  return (
    <div hx-ext="sse" sse-connect={tenant === undefined ? '/live' : `/live?tenant=${encodeURIComponent(tenant)}`} sse-close="full">
      <p class="note wait" data-stale hidden role="status">
        Something changed meanwhile. <a href={address}>Show it as it is now</a>
      </p>
      <div data-live hx-get={address} hx-trigger="sse:changed" hx-select={`#${id}`} hx-select-oob="#open-gates" hx-swap="innerHTML">
        <div id={id}>{children}</div>
      </div>
    </div>
  );
}

/** For pages whose evidence must not change under the reader: only says that something changed. */
export function StaleNote({ address, tenant }: { readonly address: string; readonly tenant: string }) {
  return (
    <div hx-ext="sse" sse-connect={`/live?tenant=${encodeURIComponent(tenant)}`} sse-close="full">
      <div data-live="note" hx-get={address} hx-trigger="sse:changed" hx-swap="none"></div>
      <p class="note wait" data-stale hidden role="status">
        Something changed at this tenant since you opened the page. <a href={address}>Show it as it is now</a>
      </p>
    </div>
  );
}
