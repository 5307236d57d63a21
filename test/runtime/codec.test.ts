import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, WorkflowFailedError } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataConverterOf, EncryptionCodec, parseCodecKeys } from '../../src/temporal/codec.js';
import { connectToTestServer, connectWorkerToTestServer } from '../harness/temporal.js';
import { failing } from './sleeper.js';

const key = (): string => randomBytes(32).toString('base64');
const [oldKey, newKey] = [key(), key()];
const plain = (text: string): Payload => ({ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(text)) });
const bytesOf = (payload: Payload | undefined): Buffer =>
  Buffer.concat([Buffer.from(payload?.data ?? []), ...Object.values(payload?.metadata ?? {}).map((value) => Buffer.from(value))]);

describe('the payload codec', () => {
  const codec = new EncryptionCodec(parseCodecKeys(`k1:${oldKey}`));

  it('gives back what was put in, and shows nothing of it between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 8 }), { maxLength: 4 }), async (datas) => {
        const payloads = datas.map((data) => ({
          metadata: { encoding: Buffer.from('binary/plain'), name: Buffer.from('secret-name') },
          data,
        }));
        const encoded = await codec.encode(payloads);
        for (const [index, payload] of encoded.entries()) {
          expect(bytesOf(payload).includes(Buffer.from(datas[index] ?? []))).toBe(false);
          expect(bytesOf(payload).includes('secret-name')).toBe(false);
        }
        const decoded = await codec.decode(encoded);
        expect(decoded.map((payload) => Buffer.from(payload.data ?? []).toString('hex'))).toEqual(
          datas.map((data) => Buffer.from(data).toString('hex')),
        );
        for (const payload of decoded) expect(Buffer.from(payload.metadata?.['name'] ?? []).toString()).toBe('secret-name');
      }),
    );
  });

  it('reads after a rotation what the old key wrote, and writes with the new one', async () => {
    const rotated = new EncryptionCodec(parseCodecKeys(`k2:${newKey}, k1:${oldKey}`));
    const written = await codec.encode([plain('before')]);
    expect(await rotated.decode(written)).toMatchObject([{ data: Buffer.from('"before"') }]);
    const [fresh] = await rotated.encode([plain('after')]);
    expect(Buffer.from(fresh?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('k2');
    await expect(codec.decode(fresh ? [fresh] : [])).rejects.toThrow(
      'codec key "k2" is not in KOBI_CODEC_KEYS; add it behind the newest key',
    );
  });

  it('refuses bytes that were changed, and a key id that was exchanged', async () => {
    const both = new EncryptionCodec(parseCodecKeys(`k1:${oldKey},k2:${oldKey}`));
    const [payload] = await both.encode([plain('pay 10')]);
    const data = Buffer.from(payload?.data ?? []);
    for (let index = 0; index < data.length; index += 1) {
      const changed = Buffer.from(data);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      await expect(both.decode([{ ...payload, data: changed }])).rejects.toThrow('a payload written with codec key "k1" cannot be read');
    }
    const exchanged = { ...payload, metadata: { ...payload?.metadata, 'encryption-key-id': Buffer.from('k2') } };
    await expect(both.decode([exchanged])).rejects.toThrow('a payload written with codec key "k2" cannot be read');
    await expect(both.decode([{ ...payload, data: data.subarray(0, 5) }])).rejects.toThrow('cannot be read');
  });

  it('lets through what was written before a key was set', async () => {
    expect(await codec.decode([plain('old')])).toEqual([plain('old')]);
  });
});

describe('KOBI_CODEC_KEYS', () => {
  it.each([
    ['', /entry 1 is not id:base64/],
    [key(), /entry 1 is not id:base64/],
    [`k1:${key()},k 2:${key()}`, /entry 2 is not id:base64/],
    ['k1:c2hvcnQ=', /key "k1" has 5 bytes instead of 32; make a key with/],
    [`k1:${oldKey},k1:${newKey}`, /key "k1" is there twice/],
  ])('is refused by entry, without showing a key', (list, message) => {
    expect(() => parseCodecKeys(list)).toThrow(message);
    expect(() => parseCodecKeys(list)).not.toThrow(oldKey);
  });
});

it('hides the text of a failure from the server, and shows it to us', async () => {
  const dataConverter = dataConverterOf(parseCodecKeys(`k1:${oldKey}`));
  const temporal = await connectToTestServer();
  const { connection } = await connectWorkerToTestServer();
  const worker = await Worker.create({
    connection,
    taskQueue: 'codec',
    workflowsPath: fileURLToPath(new URL('./sleeper.ts', import.meta.url)),
    dataConverter,
  });
  try {
    const client = new Client({ connection: temporal.connection, dataConverter });
    const handle = await worker.runUntil(async () => {
      const started = await client.workflow.start(failing, { workflowId: 'failing', taskQueue: 'codec' });
      const error: unknown = await started.result().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect(error instanceof WorkflowFailedError && error.cause?.message).toBe('the licence number is visibly-fake-4711');
      return started;
    });
    const { history } = await temporal.connection.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution: { workflowId: handle.workflowId },
    });
    const text = JSON.stringify(history, (_name, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).toContain('Encoded failure');
    expect(text).not.toContain('visibly-fake');
  } finally {
    await connection.close();
    await temporal.close();
  }
});
