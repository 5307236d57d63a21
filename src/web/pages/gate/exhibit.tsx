/** Files and posts that an approver opens beside the evidence, by the id in the tenant file. */
export interface ExhibitLink {
  readonly id: string;
  readonly href: string;
  readonly media: 'video' | 'image' | 'page';
}

/** The thing itself: played or shown here, or linked where only TikTok shows it. */
export function Exhibit({ exhibit, label }: { readonly exhibit: ExhibitLink | undefined; readonly label: string }) {
  if (!exhibit) return <p class="soft">The file itself is not at hand here; its hash is below.</p>;
  if (exhibit.media === 'page')
    return (
      <p>
        <a href={exhibit.href} rel="noreferrer">
          Open {label} on TikTok
        </a>
      </p>
    );
  return exhibit.media === 'video' ? (
    <video src={exhibit.href} controls preload="metadata" aria-label={label}></video>
  ) : (
    <img src={exhibit.href} alt={`The creative ${label}`} />
  );
}
