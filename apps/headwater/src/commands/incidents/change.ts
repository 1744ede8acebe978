import { Comment } from '@headwater/contracts/http/comment.ts';
import { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { AppError } from '@headwater/core/errors.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { Io } from '../../cli/io.ts';
import { styleOf } from '../../cli/style.ts';
import { type ApiClient, openApiClient } from '../../client/api-client.ts';
import { printStructured } from '../../client/output.ts';
import { printable } from '../../render/printable.ts';
import type { IncidentFlags, ReasonFlags } from '../incidents.ts';
import { statusText } from './words.ts';

interface Change {
  readonly id: string;
  readonly verb: string;
  readonly body?: unknown;
}

function post(client: ApiClient, { id, verb, body = {} }: Change): Promise<IncidentItem> {
  const path = `/api/v1/incidents/${encodeURIComponent(id)}/${verb}`;
  return client.write({ method: 'POST', path, body }, IncidentItem);
}

/** Changes several incidents, each by itself; those that could not be changed are named at the end. */
export async function changeEach(
  io: Io,
  change: { readonly ids: readonly string[]; readonly verb: string; readonly body?: unknown },
  flags: IncidentFlags,
): Promise<void> {
  const client = await openApiClient(io, flags);
  const { ids, verb, body } = change;
  const changed: IncidentItem[] = [];
  const failures: AppError[] = [];
  for (const id of ids) {
    try {
      changed.push(await post(client, { id, verb, body }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failures.push(error);
    }
  }
  if (flags.output !== 'table') printStructured(io, flags.output, changed);
  else for (const incident of changed) say(io, incident);
  const [first] = failures;
  if (first === undefined) return;
  if (failures.length === 1) throw first;
  throw new AppError(first.code, failures.map(({ message }) => message).join('\n'), { cause: first });
}

export async function acknowledge(
  io: Io,
  ids: readonly string[],
  flags: IncidentFlags & { readonly undo?: boolean },
): Promise<void> {
  await changeEach(io, { ids, verb: flags.undo ? 'unacknowledge' : 'acknowledge' }, flags);
}

export async function snooze(
  io: Io,
  id: string,
  flags: ReasonFlags & { readonly for?: number; readonly wake?: boolean },
): Promise<void> {
  if ((flags.for === undefined) === !flags.wake) throw new AppError('invalid', 'say either --for <duration> or --wake');
  if (flags.wake) return changeEach(io, { ids: [id], verb: 'unsnooze' }, flags);
  const minutes = Math.max(1, Math.round((flags.for ?? 0) / MINUTE));
  await changeEach(io, { ids: [id], verb: 'snooze', body: { minutes, reason: flags.reason } }, flags);
}

export async function assign(
  io: Io,
  { id, login }: { readonly id: string; readonly login: string },
  flags: IncidentFlags,
): Promise<void> {
  await changeEach(io, { ids: [id], verb: 'assign', body: { assignee: login === 'none' ? null : login } }, flags);
}

export async function merge(
  io: Io,
  { into, others }: { readonly into: string; readonly others: readonly string[] },
  flags: ReasonFlags,
): Promise<void> {
  await changeEach(io, { ids: [into], verb: 'merge', body: { incidentIds: others, reason: flags.reason } }, flags);
}

export async function comment(
  io: Io,
  { id, words }: { readonly id: string; readonly words: readonly string[] },
  flags: IncidentFlags,
): Promise<void> {
  const body = words.length > 0 ? words.join(' ') : await io.stdin();
  if (body.trim() === '') throw new AppError('invalid', 'the comment is empty: give words or pipe a text in');
  const client = await openApiClient(io, flags);
  const path = `/api/v1/incidents/${encodeURIComponent(id)}/comments`;
  const made = await client.write({ method: 'POST', path, body: { body } }, Comment);
  if (flags.output !== 'table') printStructured(io, flags.output, made);
  else io.out(`Commented on ${printable(id)}.\n`);
}

function say(io: Io, incident: IncidentItem): void {
  const { number, title, assignee } = printable(incident);
  const status = statusText(incident, styleOf(io), io.now());
  io.out(`#${number} ${title}: ${status}${assignee === null ? '' : `, with ${assignee}`}\n`);
}
