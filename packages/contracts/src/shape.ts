import type { z } from 'zod';

/** A value of the wrong shape inside foreign data: where it is, what was found there, and what was expected. */
export interface ShapeError {
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly expected: string;
}

type ZodIssue = z.core.$ZodIssue;

export type ShapeResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly ShapeError[] };

/** Parses a value by a schema; complaints come as values. */
export function parseShape<T>(schema: z.ZodType<T>, value: unknown): ShapeResult<T> {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, errors: shapeErrors(parsed.error, value) };
}

/** A schema's complaints in words a person can act on. */
export function shapeErrors(error: z.ZodError, root: unknown): ShapeError[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    return shapeError(path, valueAt(root, path), expectation(issue));
  });
}

/** One complaint about the value that stands at `path`. */
export function shapeError(path: readonly (string | number)[], value: unknown, expected: string): ShapeError {
  const place = formatPath(path);
  return {
    path,
    what: place === '' ? `found ${describeValue(value)}` : `found ${describeValue(value)} at ${place}`,
    expected,
  };
}

/** `data.result[0].metric`; keys that are no identifiers in brackets. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (/^[\w-]+$/.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}

/** A foreign value in a few words: `the text "ten"`, `an empty list`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${JSON.stringify(shorten(value))}`;
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'object' ? 'an object' : value === true ? 'true' : 'false';
}

function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function expectation(issue: ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_format':
      if (issue.format === 'datetime') return 'an RFC 3339 time such as 2026-03-01T10:15:00Z';
      return issue.message.replace(/^expected /i, '');
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value));
      return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
    }
    case 'too_small':
      return issue.minimum === 1 ? 'something that is not empty' : issue.message;
    case 'invalid_union': {
      const branches = issue.errors.flatMap((errors) => (errors[0] ? [expectation(errors[0])] : []));
      return branches.length > 0 ? [...new Set(branches)].join(', or ') : issue.message;
    }
    default:
      return issue.message.replace(/^expected /i, '');
  }
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
