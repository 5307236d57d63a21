import { InterceptingCall, type Interceptor, Metadata, status } from '@grpc/grpc-js';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type NextCall = ReturnType<Parameters<Interceptor>[1]>;

/** A call over a connection that is closed: it is over before it began. */
function closedCall(): NextCall {
  return {
    start: (_metadata, listener) => {
      process.nextTick(() => {
        // The retries expect a message before a status, as every call gives one, if an empty one.
        listener?.onReceiveMessage?.(null);
        listener?.onReceiveStatus?.({ code: status.CANCELLED, details: 'the connection is closed', metadata: new Metadata() });
      });
    },
    cancelWithStatus: () => undefined,
    getPeer: () => '',
    sendMessageWithContext: () => undefined,
    sendMessage: () => undefined,
    startRead: () => undefined,
    halfClose: () => undefined,
    getAuthContext: () => null,
  };
}

export interface Retries {
  /** For `Connection.connect`: the SDK's own retries, which end when the connection is closed. */
  readonly interceptors: Interceptor[];
  /** To be told right before the connection is closed. */
  end(): void;
}

/**
 * The SDK waits between two tries without looking at the connection: closed meanwhile, the next try would throw where nobody can catch it,
 * and end the process.
 */
export function retriesUntilClosed(): Retries {
  let closed = false;
  const usual = defaultGrpcRetryOptions();
  const retry = makeGrpcRetryInterceptor({
    ...usual,
    retryableDecider: (attempt, answer) => !closed && usual.retryableDecider(attempt, answer),
  });
  const guard: Interceptor = (options, nextCall) => new InterceptingCall(closed ? closedCall() : nextCall(options));
  return {
    interceptors: [retry, guard],
    end: () => {
      closed = true;
    },
  };
}
