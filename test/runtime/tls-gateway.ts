import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createSecureServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';

const UNAUTHENTICATED = '16';

/** A certificate for `temporal.example.org` that signs itself, made by openssl; the paths of certificate and key. */
export function selfSigned(folder: string): { readonly certificate: string; readonly key: string } {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const names = ['-subj', '/CN=temporal.example.org', '-addext', 'subjectAltName=DNS:temporal.example.org'];
  const kind = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-addext', 'basicConstraints=critical,CA:FALSE'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  return { certificate, key };
}

function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, target: string): void {
  const upstream = connect(`http://${target}`);
  const end = (): void => {
    stream.close();
    upstream.close();
  };
  upstream.on('error', end);
  const { ':authority': _ours, ...others } = headers;
  const call = upstream.request(others);
  call.on('error', end);
  stream.on('error', () => call.close());
  stream.on('close', () => {
    call.close();
    upstream.close();
  });
  stream.pipe(call);
  call.on('response', (answer) => {
    stream.respond(answer, { waitForTrailers: true });
    let trailers = {};
    call.on('trailers', (sent) => (trailers = sent));
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    call.pipe(stream);
  });
}

/** The edge of a hosted Temporal in front of a real server: TLS only, and nobody without the API key. */
export async function startTlsGateway(options: {
  readonly certificate: string;
  readonly key: string;
  readonly apiKey: string;
  readonly target: string;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createSecureServer({ cert: readFileSync(options.certificate), key: readFileSync(options.key) });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    if (headers['authorization'] === `Bearer ${options.apiKey}`) forward(stream, headers, options.target);
    else stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': UNAUTHENTICATED }, { endStream: true });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        for (const session of sessions) session.destroy();
        server.close(() => resolve());
      }),
  };
}
