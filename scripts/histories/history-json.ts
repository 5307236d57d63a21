import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
type History = proto.temporal.api.history.v1.History;
type IHistory = proto.temporal.api.history.v1.IHistory;

/** A history as JSON that loses nothing: 64-bit numbers and enums as text, bytes as base64. */
export function historyJson(history: IHistory): Record<string, unknown> {
  return History.toObject(History.fromObject(history), { longs: String, enums: String, bytes: String });
}

/** Such JSON as text, one event a line. */
export function historyText({ events }: ReturnType<typeof historyJson>): string {
  const lines = Array.isArray(events) ? events.map((event: unknown) => JSON.stringify(event)) : [];
  return `{"events":[\n${lines.join(',\n')}\n]}\n`;
}

/**
 * The history in such JSON, as `Worker.runReplayHistory` takes it.
 * @throws Error when the text is no JSON object
 */
export function parseHistory(text: string): History {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('this is no history');
  return History.fromObject(parsed);
}
