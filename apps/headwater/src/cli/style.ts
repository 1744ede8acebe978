import { stripVTControlCharacters, styleText } from 'node:util';
import type { Io } from './io.ts';

type Look = Parameters<typeof styleText>[0];

/** Colours and widths for one output: plain when it is no terminal or NO_COLOR is set. */
export interface Style {
  readonly paint: (look: Look, text: string) => string;
  readonly width: number;
}

/** The style for standard output. */
export function styleOf(io: Io): Style {
  const forced = io.env['FORCE_COLOR'] !== undefined && io.env['FORCE_COLOR'] !== '0';
  // https://no-color.org: any non-empty value switches colours off.
  const coloured = !io.env['NO_COLOR'] && (forced || (io.outIsTerminal && io.env['TERM'] !== 'dumb'));
  return {
    paint: (look, text) => (coloured ? styleText(look, text, { validateStream: false }) : text),
    width: Math.max(60, Math.min(io.columns, 120)),
  };
}

/** Wraps text at word borders; continuation lines are indented. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    // Colours take no room.
    const size = stripVTControlCharacters(word).length;
    if (line !== '' && used + 1 + size > width - indent.length) {
      lines.push(line);
      line = word;
      used = size;
    } else {
      used = line === '' ? size : used + 1 + size;
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${indent}`);
}
