import { type Change, changedSince, databaseTime } from '../../store/changes.js';
import type { DeskDependencies } from '../environment.js';

/** Told the tenants that changed, all at once, and the newest of these changes; none when no projection shows it. */
export type Listener = (slugs: ReadonlySet<string>, newest?: Date) => void;

const EVERY_MS = 2_000;
/** A projection is stamped before it is committed, so a later look may find an earlier stamp. */
const OVERLAP_MS = 10_000;

/**
 * Tells every viewer of this process what changed, by one look at the database every two seconds however many they are, and by none
 * while nobody looks.
 */
export class LiveChanges {
  private readonly listeners = new Set<Listener>();
  private readonly told = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private since: Date | undefined;
  private looking = false;
  private begun: Promise<void> = Promise.resolve();

  constructor(private readonly deps: Pick<DeskDependencies, 'db' | 'log'>) {}

  /** @returns when it is settled from which moment on changes are told, and what ends the subscription */
  listen(listener: Listener): { readonly begun: Promise<void>; readonly stop: () => void } {
    this.listeners.add(listener);
    if (!this.looking && this.timer === undefined) this.begun = this.look();
    const stop = (): void => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearTimeout(this.timer);
      this.timer = undefined;
      this.since = undefined;
      this.told.clear();
    };
    return { begun: this.begun, stop };
  }

  /** Something changed that no projection shows, such as a comment: told at once, to the viewers of this process. */
  tell(slug: string): void {
    for (const listener of this.listeners) listener(new Set([slug]));
  }

  private async look(): Promise<void> {
    this.looking = true;
    try {
      if (this.since === undefined) await this.begin();
      else this.spread(await changedSince(this.deps.db, new Date(this.since.getTime() - OVERLAP_MS)));
    } catch (error) {
      this.deps.log.warn({ err: error }, 'the desk cannot look for changes; it tries again');
    }
    this.looking = false;
    if (this.listeners.size > 0) this.timer = setTimeout(() => void this.look(), EVERY_MS).unref();
  }

  /** Everything up to now is what the pages were made from. */
  private async begin(): Promise<void> {
    const now = await databaseTime(this.deps.db);
    for (const { slug, at } of await changedSince(this.deps.db, new Date(now.getTime() - OVERLAP_MS))) this.told.set(slug, at.getTime());
    this.since = now;
  }

  private spread(changes: readonly Change[]): void {
    const since = this.since?.getTime() ?? 0;
    const fresh = changes.filter(({ slug, at }) => at.getTime() > (this.told.get(slug) ?? 0) && at.getTime() > since - OVERLAP_MS);
    for (const { slug, at } of fresh) this.told.set(slug, at.getTime());
    for (const [slug, at] of this.told) if (at < since - 2 * OVERLAP_MS) this.told.delete(slug);
    const newest = fresh.at(-1)?.at;
    if (newest && newest.getTime() > since) this.since = newest;
    const slugs = new Set(fresh.map(({ slug }) => slug));
    if (slugs.size > 0) for (const listener of this.listeners) listener(slugs, newest);
  }
}
