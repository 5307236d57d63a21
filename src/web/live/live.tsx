import type { Child } from 'hono/jsx';

/** What a page knows of: only changes of one tenant, and none that it shows already. */
export interface Seen {
  /** The newest change when the page began to be made. */
  readonly seen: Date;
  readonly tenant?: string;
}

/** A browser that connects again asks by the last event it heard instead of by this `seen`. */
function liveAddress({ seen, tenant }: Seen): string {
  return `/live?${new URLSearchParams({ ...(tenant === undefined ? {} : { tenant }), seen: seen.toISOString() }).toString()}`;
}

/**
 * A part of a page that is asked for again when something changed, where there is JavaScript; without it, it is just there. What
 * somebody is typing or has unfolded in it stays: they are told instead (assets/desk.js).
 */
export function Live(
  props: Seen & {
    /** Of the part, unique in the page. */
    readonly id: string;
    /** Path and query of this page. */
    readonly address: string;
    readonly children?: Child;
  },
) {
  const { id, address, children } = props;
  return (
    <div hx-ext="sse" sse-connect={liveAddress(props)} sse-close="full">
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
export function StaleNote({ address, ...seen }: Seen & { readonly address: string }) {
  return (
    <div hx-ext="sse" sse-connect={liveAddress(seen)} sse-close="full">
      <div data-live="note" hx-get={address} hx-trigger="sse:changed" hx-swap="none"></div>
      <p class="note wait" data-stale hidden role="status">
        Something changed at this tenant since you opened the page. <a href={address}>Show it as it is now</a>
      </p>
    </div>
  );
}
