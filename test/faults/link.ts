import { createConnection, createServer, type Socket } from 'node:net';

/** The way from one worker to the Temporal server, which a test can freeze. */
export interface Link {
  readonly address: string;
  /** From now on nothing goes through in either direction; connections stay, what is sent is kept. */
  freeze(): void;
  /** Lets everything go on, in its order. */
  thaw(): void;
  /** Breaks every connection; the next ones go through. */
  cut(): void;
  /** Breaks every connection, and every new one as soon as it is there, until `restore`. */
  refuse(): void;
  restore(): void;
  close(): Promise<void>;
}

/** One direction of a connection. */
function forward(from: Socket, to: Socket): void {
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

/** @param target `host:port` of the server */
export async function linkTo(target: string): Promise<Link> {
  const [host = '', port = ''] = target.split(':');
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  let refusing = false;
  const join = (pair: readonly [Socket, Socket]): void => {
    forward(pair[0], pair[1]);
    forward(pair[1], pair[0]);
  };
  const part = ([near, far]: readonly [Socket, Socket]): void => {
    near.unpipe(far).pause();
    far.unpipe(near).pause();
  };
  const server = createServer((near) => {
    if (refusing) {
      near.destroy();
      return;
    }
    const far = createConnection(Number(port), host);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('close', () => pairs.delete(pair));
    for (const socket of pair) socket.on('error', () => undefined);
    if (!frozen) join(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the link got no port');
  const cut = (): void => {
    for (const socket of [...pairs].flat()) socket.destroy();
  };
  return {
    address: `127.0.0.1:${address.port}`,
    freeze() {
      frozen = true;
      for (const pair of pairs) part(pair);
    },
    thaw() {
      frozen = false;
      for (const pair of pairs) join(pair);
    },
    cut,
    refuse() {
      refusing = true;
      cut();
    },
    restore() {
      refusing = false;
    },
    async close() {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
