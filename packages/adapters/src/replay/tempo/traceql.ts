import { AppError } from '@headwater/core/errors.ts';
import { parseDuration } from '@headwater/core/time.ts';
import type { Span } from '@headwater/engine/ports/telemetry.ts';

const CONDITION = /^\s*([\w.-]+)\s*(=~|!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|[\w.]+)\s*$/;

/** Parses `{ resource.service.name = "web" && duration > 1s && status = error }`; everything beyond is a clear error. */
export function parseTraceQL(query: string): (span: Span) => boolean {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(query)?.[1];
  if (inner === undefined)
    throw new AppError(
      'invalid',
      `invalid TraceQL query: ${JSON.stringify(query)}; expected { condition && condition }; pipelines and structural operators are not supported in replay`,
    );
  if (inner.trim() === '') return () => true;
  const tests = inner.split('&&').map(parseCondition);
  return (span) => tests.every((test) => test(span));
}

function parseCondition(text: string): (span: Span) => boolean {
  const match = CONDITION.exec(text);
  if (!match) throw new AppError('invalid', `the condition ${JSON.stringify(text.trim())} is not supported in replay`);
  const [, field = '', operator = '=', raw = ''] = match;
  const wanted = raw.startsWith('"') ? (JSON.parse(raw) as string) : raw;
  if (field === 'duration')
    return compareNumbers(operator, parseDuration(wanted) ?? Number.NaN, ({ durationMs }) => durationMs);
  const read = reader(field);
  if (operator === '=') return (span) => read(span) === wanted;
  if (operator === '!=') return (span) => read(span) !== wanted;
  if (operator === '=~') return matching(wanted, read);
  return compareNumbers(operator, Number(wanted), (span) => Number(read(span)));
}

function reader(field: string): (span: Span) => string | undefined {
  if (field === 'name') return ({ name }) => name;
  if (field === 'kind') return ({ kind }) => kind;
  if (field === 'status') return ({ error }) => (error ? 'error' : 'ok');
  const key = field.replace(/^(resource|span)?\./, '');
  const ofResource = (span: Span): string | undefined =>
    span.resource[key] ?? (key === 'service.name' ? span.service : undefined);
  if (field.startsWith('resource.')) return ofResource;
  if (field.startsWith('span.')) return (span) => span.attributes[key];
  return (span) => span.attributes[key] ?? ofResource(span);
}

function matching(pattern: string, read: (span: Span) => string | undefined): (span: Span) => boolean {
  const compiled = new RegExp(`^(?:${pattern})$`);
  return (span) => compiled.test(read(span) ?? '');
}

function compareNumbers(operator: string, wanted: number, read: (span: Span) => number): (span: Span) => boolean {
  if (Number.isNaN(wanted)) throw new AppError('invalid', `the comparison "${operator}" needs a number or a duration`);
  switch (operator) {
    case '>':
      return (span) => read(span) > wanted;
    case '>=':
      return (span) => read(span) >= wanted;
    case '<':
      return (span) => read(span) < wanted;
    case '<=':
      return (span) => read(span) <= wanted;
    case '=':
      return (span) => read(span) === wanted;
    default:
      return (span) => read(span) !== wanted;
  }
}
