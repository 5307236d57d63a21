const ADDRESS = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/;

/** Text in which addresses are links; everything is escaped as ever. */
export function Linked({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(ADDRESS).map((part, index) =>
        index % 2 === 1 ? (
          <a href={part} rel="noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </>
  );
}

/** The first address in a text, such as what the client is to open; undefined when there is none. */
export function addressIn(text: string): string | undefined {
  return ADDRESS.exec(text)?.[0];
}

/** A value to be copied whole: one line, selected by a click (assets/desk.js), and by keyboard like any field. */
export function CopyField({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <label>
      {label}
      <input class="copy" value={value} readonly spellcheck={false} data-copy />
    </label>
  );
}
