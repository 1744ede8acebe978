import { AppError } from '@headwater/core/errors.ts';

interface LabelMatcher {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

/** A log query: a stream selector and line filters. */
export interface LogQuery {
  readonly streams: (labels: Readonly<Record<string, string>>) => boolean;
  readonly lines: (line: string) => boolean;
}

const MATCHER = /\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)\s*/y;
const FILTER = /\s*(\|=|!=|\|~|!~)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/y;

/** Parses `{label="x"} |= "text"`; parsers, label filters and metric queries are beyond replay and say so. */
export function parseLogQL(query: string): LogQuery {
  const text = query.trim();
  if (!text.startsWith('{'))
    throw new AppError(
      'invalid',
      `parse error: expected a stream selector such as {namespace="shop"}; metric queries are not supported in replay`,
    );
  const { matchers, end } = parseSelector(text);
  if (matchers.every(({ operator, value }) => operator.startsWith('!') || value === '' || value === '.*'))
    throw new AppError(
      'invalid',
      'queries require at least one regexp or equality matcher that does not have an empty-compatible value',
    );
  const filters = parseFilters(text, end);
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: testOf(matcher.operator, matcher.value) }));
  return {
    streams: (labels) => tests.every(({ name, test }) => test(labels[name] ?? '')),
    lines: (line) => filters.every((filter) => filter(line)),
  };
}

function parseSelector(text: string): { matchers: LabelMatcher[]; end: number } {
  const matchers: LabelMatcher[] = [];
  let position = 1;
  while (text[position] !== '}') {
    MATCHER.lastIndex = position;
    const match = MATCHER.exec(text);
    if (!match)
      throw new AppError(
        'invalid',
        `parse error at position ${position + 1}: expected a label matcher such as pod="web-1"`,
      );
    matchers.push({ name: match[1] ?? '', operator: match[2] ?? '=', value: unquote(match[3] ?? '""') });
    position = MATCHER.lastIndex;
    if (text[position] === ',') position += 1;
    else if (text[position] !== '}')
      throw new AppError('invalid', `parse error at position ${position + 1}: expected "," or "}"`);
  }
  return { matchers, end: position + 1 };
}

function parseFilters(text: string, start: number): ((line: string) => boolean)[] {
  const filters: ((line: string) => boolean)[] = [];
  let position = start;
  while (text.slice(position).trim() !== '') {
    FILTER.lastIndex = position;
    const match = FILTER.exec(text);
    if (!match)
      throw new AppError(
        'invalid',
        `${JSON.stringify(text.slice(position).trim())} is not supported in replay; only line filters (|= != |~ !~) are`,
      );
    filters.push(filterOf(match[1] ?? '|=', unquote(match[2] ?? '""')));
    position = FILTER.lastIndex;
  }
  return filters;
}

function filterOf(operator: string, value: string): (line: string) => boolean {
  if (operator === '|=') return (line) => line.includes(value);
  if (operator === '!=') return (line) => !line.includes(value);
  const pattern = compile(value);
  return operator === '|~' ? (line) => pattern.test(line) : (line) => !pattern.test(line);
}

function testOf(operator: string, value: string): (actual: string) => boolean {
  if (operator === '=') return (actual) => actual === value;
  if (operator === '!=') return (actual) => actual !== value;
  const pattern = compile(`^(?:${value})$`);
  return operator === '=~' ? (actual) => pattern.test(actual) : (actual) => !pattern.test(actual);
}

function compile(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 's');
  } catch (error) {
    throw new AppError('invalid', `parse error: invalid regular expression ${JSON.stringify(pattern)}`, {
      cause: error,
    });
  }
}

function unquote(text: string): string {
  return text.startsWith('`')
    ? text.slice(1, -1)
    : text.slice(1, -1).replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
}
