import { AppError } from '@headwater/core/errors.ts';
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import type { z } from 'zod';
import type { InputFault } from './problem.ts';

/** Parses one part of a request with its zod schema; what is wrong becomes an AppError with pointers. */
export const zodValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    // Headers no schema names stay: the server itself needs them.
    if (result.success) return { value: httpPart === 'headers' ? merged(data, result.data) : result.data };
    const part = httpPart === 'querystring' ? 'query' : (httpPart ?? 'body');
    return { error: invalidInput(part, faultsOf(part, result.error)) };
  };
};

function merged(whole: unknown, parsed: unknown): object {
  return { ...(whole as object), ...(parsed as object) };
}

/** Sends only what the response schema names: a field nobody documented never leaves the server. */
export const zodSerializer: FastifySerializerCompiler<z.ZodType> = ({ schema, url, method }) => {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return JSON.stringify(result.data);
    throw new AppError(
      'internal',
      `the answer of ${method} ${url} is not what its schema says: ${result.error.message}`,
    );
  };
};

function invalidInput(part: string, errors: readonly InputFault[]): AppError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new AppError('invalid', `${part} is malformed: ${first?.pointer || '/'}: ${first?.detail ?? ''}${more}`, {
    details: { errors },
  });
}

// More would only repeat the same mistake at every element of a list.
const MAX_FAULTS = 20;

function faultsOf(part: string, error: z.ZodError): InputFault[] {
  return error.issues.slice(0, MAX_FAULTS).map(({ path, message }) => {
    const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    return { pointer: part === 'body' ? pointer : `${part}${pointer}`, detail: message };
  });
}
