import { contentId } from '@headwater/core/ids.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { LogLevel, LogLine, LogStream, LogTemplate } from '../snapshot/input.ts';
import { type Cluster, Drain } from './drain.ts';
import { type JsonLine, parseJsonLine, timeOf } from './json-line.ts';
import { LineKeeper } from './keep.ts';
import { LineClock, splitPrefix } from './line-time.ts';
import { type Message, Messages } from './message.ts';
import { RecordTracker } from './record.ts';

export type StreamIdentity = Pick<LogStream, 'namespace' | 'pod' | 'container' | 'previous'>;

export interface DigestOptions {
  /** The engine's clock; lines after it are not read, and it places times that lack a year (klog). */
  readonly now?: Millis | undefined;
}

// Long lines keep their start, which says what happened, and their end, where the last cause stands.
const MAX_LINE = 4_096;
const LINE_HEAD = 3_072;
const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z]`, 'g');

interface Shape {
  readonly first: LogLine;
  last: LogLine;
}

/** Reduces a log line by line to what a diagnosis needs; memory is bounded whatever the log's length. */
export class LogDigester {
  readonly #identity: StreamIdentity;
  readonly #now: Millis;
  readonly #clock: LineClock;
  readonly #records = new RecordTracker();
  readonly #drain = new Drain();
  readonly #messages = new Messages();
  readonly #keeper = new LineKeeper();
  readonly #shapes = new Map<Cluster, Shape>();
  #count = 0;
  #bytes = 0;
  #record: { time: Millis | null; level: LogLevel } = { time: null, level: 'info' };

  constructor(identity: StreamIdentity, options: DigestOptions = {}) {
    const { namespace, pod, container, previous } = identity;
    this.#identity = { namespace, pod, container, previous };
    this.#now = options.now ?? Number.POSITIVE_INFINITY;
    this.#clock = new LineClock(options.now ?? null);
  }

  /** Takes one line without its newline, with or without the timestamp that `kubectl logs --timestamps` puts before it. */
  push(raw: string): void {
    const { time: prefix, text: full } = splitPrefix(clean(raw));
    if (prefix !== null && prefix > this.#now) return;
    this.#bytes += raw.length + 1;
    this.#count++;
    const role = this.#records.next(full);
    const json = role === 'start' ? parseJsonLine(full) : null;
    const message = this.#messages.of(json?.message ?? full);
    const level = role === 'rest' ? this.#record.level : this.#levelOf(full, message, json?.level ?? null, role);
    const time = prefix ?? (role === 'start' ? this.#timeIn(full, json) : this.#record.time);
    if (role === 'start') this.#begin(time, level);
    const line: LogLine = { n: this.#count, time, text: cut(full) };
    if (role === 'rest') return this.#keeper.follow(line);
    const cluster = this.#drain.add(level, message);
    const shape = this.#shapes.get(cluster);
    if (shape) shape.last = line;
    else this.#shapes.set(cluster, { first: line, last: line });
    this.#keeper.take(line, level === 'info' ? null : cluster, { level, continues: role === 'key', message });
  }

  /** The digest of what was pushed; equal lines give an equal digest. */
  finish(): LogStream {
    const used = new Set<string>();
    const templates = this.#drain.all().map((cluster) => this.#template(cluster, used));
    const anchors = templates.filter(({ level }) => level !== 'info').flatMap(({ sample, last }) => [sample, last]);
    return {
      ...this.#identity,
      lines: this.#keeper.lines(anchors),
      templates,
      totalLines: this.#count,
      totalBytes: this.#bytes,
    };
  }

  #timeIn(text: string, json: JsonLine | null): Millis | null {
    return (json && timeOf(json)) ?? this.#clock.read(text);
  }

  #levelOf(text: string, message: Message, named: string | null, role: 'start' | 'key'): LogLevel {
    const level = message.levelIn(text, named);
    if (role === 'start') return level;
    // A nested cause is as grave as the record it stands in; below a plain line it is a failure of its own.
    return this.#record.level === 'warn' ? 'warn' : level === 'info' ? this.#record.level : 'error';
  }

  #begin(time: Millis | null, level: LogLevel): void {
    this.#record = { time, level };
    this.#records.started(level !== 'info');
  }

  #template(cluster: Cluster, used: Set<string>): LogTemplate {
    const shape = this.#shapes.get(cluster) ?? { first: EMPTY, last: EMPTY };
    let id = contentId('tpl', `${cluster.level} ${cluster.origin}`);
    while (used.has(id)) id = `${id}+`;
    used.add(id);
    const { level, count } = cluster;
    return { id, pattern: cluster.tokens.join(' '), level, count, sample: shape.first, last: shape.last };
  }
}

const EMPTY: LogLine = { n: 0, time: null, text: '' };

function clean(raw: string): string {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  return line.includes(ESCAPE) ? line.replace(COLOUR, '') : line;
}

function cut(text: string): string {
  // A substring keeps the chunk it was cut from alive; joining and slicing makes a copy of its own.
  if (text.length <= MAX_LINE) return ` ${text}`.slice(1);
  return `${text.slice(0, LINE_HEAD)} … ${text.slice(text.length - (MAX_LINE - LINE_HEAD - 3))}`;
}
