const NOWHERE = 'http://desk.invalid';

/** Where to go after signing in: only a path of our own, as browsers would read it. An address elsewhere would make the page a springboard. */
export function ownPath(back: string | undefined): string {
  if (back === undefined || !back.startsWith('/') || !URL.canParse(back, NOWHERE)) return '/';
  const { origin, pathname, search } = new URL(back, NOWHERE);
  return origin === NOWHERE && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
