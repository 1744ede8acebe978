import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Millis } from '@headwater/core/time.ts';
import { citeField, citeLog, citeTemplate } from '../../evidence/cite.ts';
import { logClock, occurrenceOf } from '../../logs/freshness.ts';
import type { LogLine, LogTemplate } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type LogScene, logScenes } from './log-scenes.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** What a matcher read from a line; hits of one key are one failure. */
export interface LogMatch {
  readonly key: string;
}

/** A failure that a container's log shows and that holds now. */
export interface LogHit<T extends LogMatch> extends LogScene {
  readonly match: T;
  readonly line: LogLine;
  readonly template: LogTemplate;
  /** Lines of this failure in the stream. */
  readonly count: number;
  /** Part of the stream since the failure began, 0 to 1. */
  readonly share: number;
  readonly since: Millis | null;
}

export interface HitOptions {
  /** Lines a ready container must have logged; default 3. One line of a container that dies is enough. */
  readonly atLeast?: number;
  /** Part of its log that must be this failure while the container is ready; default 0. */
  readonly minShare?: number;
}

// What a container said long before it ended is not why it ended.
const LAST_WORDS = 400;

/**
 * Failures in logs that `read` recognises and that hold now: last words of containers that keep dying, and failures of
 * running ones that go on up to now. Ordinary lines count only as last words.
 */
export function logHits<T extends LogMatch>(
  snapshot: Snapshot,
  read: (text: string) => T | null,
  options: HitOptions = {},
): readonly LogHit<T>[] {
  const hits = toldScenes(snapshot).flatMap((told) => hitsIn(snapshot, told, read, options));
  return hits.sort((left, right) => MODES.indexOf(left.mode) - MODES.indexOf(right.mode));
}

// The gravest first, so that it speaks for its workload.
const MODES = ['crash', 'unready', 'running'];

/** The templates of a log whose lines mean something for the present. */
interface ToldScene {
  readonly scene: LogScene;
  readonly templates: readonly LogTemplate[];
}

// Dozens of readers look through the same lines, and most logs have none to read.
const toldScenes = perSnapshot((snapshot: Snapshot): readonly ToldScene[] =>
  logScenes(snapshot).flatMap((scene) => {
    const templates = scene.stream.templates.filter((template) => isTold(scene, template));
    return templates.length === 0 ? [] : [{ scene, templates }];
  }),
);

function isTold({ stream, mode }: LogScene, { level, last }: LogTemplate): boolean {
  return mode === 'crash' ? last.n > stream.totalLines - LAST_WORDS : level !== 'info';
}

interface Sighting<T> {
  readonly match: T;
  readonly line: LogLine;
  readonly template: LogTemplate;
}

function hitsIn<T extends LogMatch>(
  snapshot: Snapshot,
  { scene, templates }: ToldScene,
  read: (text: string) => T | null,
  options: HitOptions,
): LogHit<T>[] {
  const sightings = sightingsIn(templates, read);
  if (sightings.length === 0) return [];
  return [...Map.groupBy(sightings, ({ match }) => match.key).values()].flatMap((group) => {
    const [first] = group;
    const occurrence = occurrenceOf(
      scene.stream,
      group.map(({ template }) => template),
      logClock(snapshot),
    );
    if (!first || !occurrence) return [];
    const { count, share, state } = occurrence;
    if (scene.mode !== 'crash' && state === 'ended') return [];
    if (scene.mode === 'running' && (count < (options.atLeast ?? 3) || share < (options.minShare ?? 0))) return [];
    return [{ ...scene, ...first, count, share, since: occurrence.first.time }];
  });
}

function sightingsIn<T extends LogMatch>(
  templates: readonly LogTemplate[],
  read: (text: string) => T | null,
): Sighting<T>[] {
  const sightings: Sighting<T>[] = [];
  for (const template of templates) {
    const { sample, last } = template;
    const first = read(sample.text);
    if (first) sightings.push({ match: first, line: sample, template });
    // Lines of one shape may name several targets; its first and its last line are the ones that are kept.
    const other = last.text === sample.text ? null : read(last.text);
    if (other && other.key !== first?.key) sightings.push({ match: other, line: last, template });
  }
  return sightings;
}

/** The line of a hit and what shows that it holds now: the container's end, or that it is not ready. */
export function citeHit(hit: LogHit<LogMatch>): readonly Evidence[] {
  const { pod, view, stream, template, line, mode, death } = hit;
  if (mode === 'crash') {
    return [
      citeLog(stream, line),
      ...(death
        ? [citeField(pod, `${death.path}.exitCode`)]
        : [citeField(pod, `${view.statusPath}.state.waiting.reason`)]),
      citeField(pod, `${view.statusPath}.restartCount`),
    ];
  }
  const counted =
    template.sample.n === line.n
      ? [citeTemplate(stream, template)]
      : [citeLog(stream, line), citeTemplate(stream, template)];
  return mode === 'unready' ? [...counted, citeField(pod, `${view.statusPath}.ready`)] : counted;
}

/** The effect of a hit in words that `citeHit` grounds: how the container ends, or how often it says so. */
export function effectOf({ view, template, mode, death }: LogHit<LogMatch>): string {
  const lines = template.count === 1 ? 'once' : `${template.count} times`;
  if (mode === 'unready') return `container \`${view.name}\` is not ready and logged it ${lines}`;
  if (mode === 'running') return `container \`${view.name}\` runs on and logged it ${lines}, up to now`;
  const restarts = view.status?.restartCount ?? 0;
  const again = restarts > 0 ? ` and has restarted ${restarts} times` : '';
  return death?.how.exitCode == null
    ? `container \`${view.name}\` keeps crashing${again}`
    : `container \`${view.name}\` ends with exit code ${death.how.exitCode}${again}`;
}

// Longer quotations hide the point.
const MAX_QUOTE = 160;

/** A piece of a log line as a literal for a statement, when the evidence shows it; else empty. */
export function quote(evidence: readonly Evidence[], piece: string): string {
  const flat = piece.replace(/\s+/g, ' ').replace(/`/g, '').trim();
  const text = flat.length > MAX_QUOTE ? flat.slice(0, MAX_QUOTE).replace(/\s\S*$/, '') : flat;
  return text !== '' && evidence.some((item) => item.text.includes(text)) ? `\`${text}\`` : '';
}
