/** Who looks after this gate, so that two people do not read the same evidence; it keeps nobody from deciding. */
export function ClaimForm(props: {
  readonly action: string;
  readonly csrfToken: string;
  readonly claimedBy: string | undefined;
  readonly viewer: string;
}) {
  const { action, csrfToken, claimedBy, viewer } = props;
  const mine = claimedBy === viewer;
  return (
    <form method="post" action={action} class="row">
      <input type="hidden" name="csrf" value={csrfToken} />
      <p>{claimedBy === undefined ? 'Nobody looks after this yet.' : mine ? 'You look after this.' : `${claimedBy} looks after this.`}</p>
      {claimedBy === undefined || mine ? (
        <button class="second" name="claim" value={mine ? 'no' : 'yes'}>
          {mine ? 'Give it back' : 'I look after it'}
        </button>
      ) : null}
    </form>
  );
}
