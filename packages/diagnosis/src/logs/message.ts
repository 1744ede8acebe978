import type { LogLevel } from '../snapshot/input.ts';
import { isChangeLine } from './change-line.ts';
import { impliedLevel, levelOfInformation, statedLevel } from './level.ts';
import { type Masked, masked } from './mask.ts';

/** What a log line says, without its time and level; each reading of its words is made when first asked for. */
export class Message {
  readonly text: string;
  #informed: LogLevel | undefined;
  #tellsOfChange: boolean | undefined;
  readonly #masked: Partial<Record<LogLevel, Masked>> = {};

  constructor(text: string) {
    this.text = text;
  }

  /** The level of a line that says it; `named` is what a field of a structured line calls it. */
  levelIn(line: string, named: string | null): LogLevel {
    const stated = statedLevel(line, named);
    if (stated !== 'info') return stated ?? impliedLevel(line, this.text);
    this.#informed ??= levelOfInformation(this.text);
    return this.#informed;
  }

  get tellsOfChange(): boolean {
    this.#tellsOfChange ??= isChangeLine(this.text);
    return this.#tellsOfChange;
  }

  masked(level: LogLevel): Masked {
    const known = this.#masked[level];
    if (known) return known;
    const fresh = masked(this.text, level);
    this.#masked[level] = fresh;
    return fresh;
  }
}

const MAX_TEXTS = 256;
const MAX_LENGTH = 512;

/** The messages of one log, kept for when they come again, as structured logs say the same few; memory is bounded. */
export class Messages {
  readonly #known = new Map<string, Message>();

  of(text: string): Message {
    if (text.length > MAX_LENGTH) return new Message(text);
    const before = this.#known.get(text);
    if (before) return before;
    const fresh = new Message(text);
    if (this.#known.size >= MAX_TEXTS) this.#known.clear();
    this.#known.set(text, fresh);
    return fresh;
  }
}
