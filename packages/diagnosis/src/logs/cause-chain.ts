import { recordAt } from './first-error.ts';
import type { LogLine, LogStream } from '../snapshot/input.ts';

// Java and Kotlin, .NET, Go wrapping, Python chaining; inside JSON the newline is written as \n.
const LINK = /(?:^|\n|\\n|\s)(?:Caused by: |---> |Wrapped by: )/;

/** The links of a failure from the reported message to the innermost cause, as the record spells them out. */
export function causeChain(stream: LogStream, line: LogLine): readonly string[] {
  const text = recordAt(stream, line)
    .map((entry) => entry.text)
    .join('\n');
  return text
    .split(LINK)
    .map((part) => part.split(/\n|\\n|\\r/, 1)[0]?.trim() ?? '')
    .filter((part) => part !== '');
}
