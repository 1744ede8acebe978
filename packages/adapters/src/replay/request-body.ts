import type { IncomingMessage } from 'node:http';
import { AppError } from '@headwater/core/errors.ts';

// Kubernetes takes three MiB at most; nothing a replay is asked needs more.
const LARGEST_BODY = 4 * 1024 * 1024;

/** A request's whole body as text. Throws AppError `limit` when it is larger than 4 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new AppError('limit', 'the request body is larger than 4 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
