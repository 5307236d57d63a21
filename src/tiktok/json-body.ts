/** A body that is JSON already, so that a thousand stored events are not parsed and written out again on their way. */
export class JsonBody {
  constructor(readonly text: string) {}
}
