import { AppError } from '@headwater/core/errors.ts';
import type { FastifyBodyParser, FastifyInstance } from 'fastify';

// Kubernetes objects and our own bodies stay below 30. A body of nothing but brackets would hold up the process for seconds.
const MAX_DEPTH = 100;

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/** Whether JSON nests deeper than anything meant; reads the text once, skipping what stands in quotes. */
export function nestsTooDeep(text: string, max = MAX_DEPTH): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (CLOSING.has(code)) depth--;
    else if (OPENING.has(code) && ++depth > max) return true;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/** Reads JSON bodies: none that nests too deep, none that would reach into prototypes. */
export function jsonBodyParser(app: FastifyInstance): FastifyBodyParser<string> {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (nestsTooDeep(body)) done(new AppError('invalid', `the body nests more than ${MAX_DEPTH} levels deep`));
    else return parse(request, body, done);
  };
}
