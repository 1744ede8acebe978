import { type ChangeItem, ChangePage } from '@headwater/contracts/http/change.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { DAY, formatDuration, formatTime } from '@headwater/core/time.ts';
import type { Io } from '../../cli/io.ts';
import { type Style, styleOf } from '../../cli/style.ts';
import { openApiClient } from '../../client/api-client.ts';
import { printStructured } from '../../client/output.ts';
import { readPages } from '../../client/pages.ts';
import { printable } from '../../render/printable.ts';
import type { ChangeFlags } from '../changes.ts';
import { ageText, cut } from '../incidents/words.ts';

const ACT_LOOK = { created: 'green', changed: 'yellow', deleted: 'red' } as const;
/** More fields of one change are counted. */
const MAX_FIELDS = 8;
const NARROWEST = 40;

export async function listChanges(io: Io, flags: ChangeFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const since = flags.since ?? DAY;
  const query = {
    cluster: flags.cluster,
    namespace: flags.namespace,
    kind: flags.kind,
    object: flags.object,
    act: flags.act,
    byHand: flags.byHand,
    from: formatTime(io.now() - since),
  };
  const changes = await readPages(client, { path: '/api/v1/changes', query, most: flags.limit }, ChangePage);
  if (flags.output !== 'table') return printStructured(io, flags.output, changes);
  if (changes.length === 0) io.out(`No changes in the last ${formatDuration(since)}.\n`);
  else
    io.out(
      printable(changes)
        .map((change) => textOf(io, change))
        .join(''),
    );
}

function textOf(io: Io, change: ChangeItem): string {
  const style = styleOf(io);
  const { paint } = style;
  const head = `${paint(ACT_LOOK[change.act], change.act)} ${paint('bold', formatSubject(change.subject))}`;
  const by = change.actor === null ? '' : ` by ${change.actor}`;
  const fields = change.diff.slice(0, MAX_FIELDS).map((field) => fieldText(io, field, style));
  const more = change.diff.length - fields.length;
  return [
    `${whenText(change, io.now())} ${head}${by}${paint('dim', ` (${change.cluster})`)}`,
    ...fields,
    ...(more > 0 ? [`    and ${more} more fields`] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function whenText({ at, noEarlierThan }: ChangeItem, now: number): string {
  return noEarlierThan === null ? `${at} (${ageText(at, now)} ago)` : `between ${noEarlierThan} and ${at}`;
}

function fieldText(io: Io, { path, before, after }: ChangeItem['diff'][number], style: Style): string {
  // At a terminal a line is a line; a file or a pipe gets every word.
  const room = io.outIsTerminal ? Math.max(NARROWEST, style.width - 4) : Number.POSITIVE_INFINITY;
  return `    ${cut(`${path}: ${before ?? '(not set)'} -> ${after ?? '(not set)'}`, room)}`;
}
