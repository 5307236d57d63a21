/** A call that stays in flight until the test lets it go on. */
export function held<Input, Output>(call: (input: Input) => Promise<Output>) {
  let begin: () => void = () => undefined;
  let release: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    begun,
    release,
    call: async (input: Input): Promise<Output> => {
      begin();
      await released;
      return call(input);
    },
  };
}
