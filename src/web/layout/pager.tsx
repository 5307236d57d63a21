/** How a list is left and entered: the pages before and after, and where we are. */
export function Pager(props: { readonly page: number; readonly last: number; readonly addressOf: (page: number) => string }) {
  const { page, last, addressOf } = props;
  if (last <= 1) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {page > 1 ? (
        <a rel="prev" href={addressOf(page - 1)}>
          Earlier
        </a>
      ) : null}
      <span>
        Page {page} of {last}
      </span>
      {page < last ? (
        <a rel="next" href={addressOf(page + 1)}>
          Later
        </a>
      ) : null}
    </nav>
  );
}
