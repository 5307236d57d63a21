/** What became of what somebody did; a refusal is read out at once. */
export interface Said {
  readonly accepted: boolean;
  readonly message: string;
}

export function SaidNote({ said }: { readonly said: Said | undefined }) {
  if (said === undefined) return null;
  return (
    <p class={`note ${said.accepted ? 'good' : 'bad'}`} role={said.accepted ? 'status' : 'alert'}>
      {said.message}
    </p>
  );
}
