import { parseTime } from '@headwater/core/time.ts';
import type { LogLine, LogStream } from '../snapshot/input.ts';

/** Reduces a log line by line to what a diagnosis needs; memory is bounded whatever the log's length. */
export class LogDigester {
  readonly #identity: Pick<LogStream, 'namespace' | 'pod' | 'container' | 'previous'>;
  readonly #lines: LogLine[] = [];
  #bytes = 0;

  constructor(identity: Pick<LogStream, 'namespace' | 'pod' | 'container' | 'previous'>) {
    this.#identity = identity;
  }

  /** Takes one line, with or without the timestamp that `kubectl logs --timestamps` puts before it. */
  push(line: string): void {
    this.#bytes += line.length + 1;
    const space = line.indexOf(' ');
    const time = space > 0 ? parseTime(line.slice(0, space)) : null;
    this.#lines.push({ n: this.#lines.length + 1, time, text: time === null ? line : line.slice(space + 1) });
  }

  finish(): LogStream {
    return { ...this.#identity, lines: this.#lines, templates: [], totalLines: this.#lines.length, totalBytes: this.#bytes };
  }
}
