import type { LogLevel, LogLine } from '../snapshot/input.ts';
import type { Message } from './message.ts';

const HEAD = 200;
const TAIL = 400;
const BEFORE = 2;
const AFTER = 3;
// The latest that tell of a change: what happened before the first failure.
const CHANGES = 20;
// Lines of a stack trace kept below the line that began it.
const FRAMES = 12;
const FIRST: Readonly<Record<LogLevel, number>> = { error: 3, warn: 1, info: 0 };
const LAST: Readonly<Record<LogLevel, number>> = { error: 3, warn: 1, info: 0 };
// All shapes together; a log of a thousand different failures must not be kept whole.
const MAX_CONTEXT_CHARS = 2_000_000;

/** One kept occurrence with its neighbourhood. */
interface Capture {
  readonly lines: LogLine[];
  plain: number;
  frames: number;
  chars: number;
}

/** What a line that starts or names something tells; `message` is the one inside a structured line. */
interface Told {
  readonly level: LogLevel;
  readonly continues: boolean;
  readonly message: Message;
}

/** Decides which lines of a log stay: its head, its tail, its latest changes, and the first and last failures of each shape with their context. */
export class LineKeeper {
  readonly #head: LogLine[] = [];
  /** Whether the head holds every line. */
  #all = true;
  readonly #tail: LogLine[] = [];
  #tailAt = 0;
  readonly #recent: LogLine[] = [];
  readonly #changes: LogLine[] = [];
  readonly #captures = new Map<object, { first: Capture[]; last: Capture[] }>();
  #open: Capture | null = null;
  #chars = 0;

  /** Keeps a line that starts or names something; `shape` is null for ordinary lines. */
  take(line: LogLine, shape: object | null, { level, continues, message }: Told): void {
    if (shape === null) {
      this.#feed(line, continues);
      if (message.tellsOfChange) this.#changed(line);
    }
    if (shape !== null) this.#capture(line, shape, level);
    this.#remember(line);
  }

  /** Keeps a frame or other detail of the record before it. */
  follow(line: LogLine): void {
    this.#feed(line, true);
    this.#remember(line);
  }

  /** The kept lines in order, with the given ones among them. */
  lines(anchors: readonly LogLine[]): LogLine[] {
    if (this.#all) return [...this.#head];
    const byNumber = new Map<number, LogLine>();
    const add = (line: LogLine): void => void (line.n > 0 && byNumber.set(line.n, line));
    const captured = [...this.#captures.values()].flatMap(({ first, last }) => [...first, ...last]);
    for (const list of [...captured.map(({ lines }) => lines), this.#head, this.#tail, this.#changes, anchors])
      for (const line of list) add(line);
    return [...byNumber.values()].sort((left, right) => left.n - right.n);
  }

  #changed(line: LogLine): void {
    this.#changes.push(line);
    if (this.#changes.length > CHANGES) this.#changes.shift();
  }

  #capture(line: LogLine, shape: object, level: LogLevel): void {
    const kept = this.#captures.get(shape) ?? { first: [], last: [] };
    this.#captures.set(shape, kept);
    const capture = this.#begin(line);
    if (kept.first.length < FIRST[level]) {
      kept.first.push(capture);
      return;
    }
    kept.last.push(capture);
    if (kept.last.length > LAST[level]) this.#chars -= kept.last.shift()?.chars ?? 0;
  }

  #begin(line: LogLine): Capture {
    const context = this.#chars < MAX_CONTEXT_CHARS ? [...this.#recent] : [];
    const capture: Capture = { lines: [...context, line], plain: AFTER, frames: FRAMES, chars: 0 };
    for (const { text } of capture.lines) capture.chars += text.length;
    this.#chars += capture.chars;
    this.#open = this.#chars < MAX_CONTEXT_CHARS ? capture : null;
    return capture;
  }

  #feed(line: LogLine, continues: boolean): void {
    const open = this.#open;
    if (!open) return;
    if (continues ? open.frames-- <= 0 : open.plain-- <= 0) return;
    open.lines.push(line);
    open.chars += line.text.length;
    this.#chars += line.text.length;
    if (!continues && open.plain === 0) this.#open = null;
  }

  #remember(line: LogLine): void {
    if (this.#head.length < HEAD) this.#head.push(line);
    else this.#all = false;
    this.#tail[this.#tailAt] = line;
    this.#tailAt = (this.#tailAt + 1) % TAIL;
    this.#recent.push(line);
    if (this.#recent.length > BEFORE) this.#recent.shift();
  }
}
