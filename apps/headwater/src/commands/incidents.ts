import { SEVERITIES } from '@headwater/core/alert/severity.ts';
import { INCIDENT_STATUSES } from '@headwater/core/incident/status.ts';
import { INCIDENT_SORTS } from '@headwater/contracts/http/incident.ts';
import { Command, Option } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { parseCount, parseWindow } from '../cli/numbers.ts';
import { addServerOptions, type ServerFlags } from '../client/api-client.ts';
import { addStructuredOption, type StructuredFormat } from '../client/output.ts';

export interface IncidentFlags extends ServerFlags {
  readonly output: StructuredFormat;
}

export interface ListFlags extends IncidentFlags {
  readonly status?: readonly string[];
  readonly all?: boolean;
  readonly severity?: readonly string[];
  readonly cluster?: readonly string[];
  readonly namespace?: readonly string[];
  readonly assignee?: readonly string[];
  readonly category?: readonly string[];
  readonly query?: string;
  /** Milliseconds. */
  readonly since?: number;
  readonly hidden?: boolean;
  readonly sort: string;
  readonly limit: number;
}

export interface WatchFlags extends ServerFlags {
  readonly output: StructuredFormat;
  readonly incident?: string;
  readonly count?: number;
  readonly after?: number;
}

export interface ReasonFlags extends IncidentFlags {
  readonly reason?: string;
}

const INCIDENT = 'number or id of the incident';
const INCIDENTS = 'numbers or ids of incidents';

function commaList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

function child(name: string, description: string, examples: readonly string[]): Command {
  return addStructuredOption(addServerOptions(new Command(name).description(description))).addHelpText(
    'after',
    `\nExamples:\n${examples.map((example) => `  headwater incidents ${example}\n`).join('')}`,
  );
}

/** `headwater incidents`: what is wrong, and what people do about it. */
export function incidentsCommand(context: CommandContext): Command {
  return new Command('incidents')
    .description('List, read and work on the incidents of a server.')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater incidents list\n  headwater incidents show 42\n  headwater incidents watch\n',
    )
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(ackCommand(context))
    .addCommand(snoozeCommand(context))
    .addCommand(assignCommand(context))
    .addCommand(resolveCommand(context))
    .addCommand(reopenCommand(context))
    .addCommand(commentCommand(context))
    .addCommand(mergeCommand(context))
    .addCommand(watchCommand(context));
}

function listCommand({ io }: CommandContext): Command {
  return child('list', 'List incidents: the unresolved ones, newest first, unless asked otherwise.', [
    'list',
    'list --severity critical,high --namespace shop',
    'list --all --since 24h --query "disk full" -o json',
  ])
    .option('--status <list>', `${INCIDENT_STATUSES.join(', ')} (default: all but resolved)`, commaList)
    .option('--all', 'in any state')
    .option('--severity <list>', SEVERITIES.join(', '), commaList)
    .option('--cluster <list>', 'clusters', commaList)
    .option('-n, --namespace <list>', 'namespaces they touch', commaList)
    .option('--assignee <list>', 'logins; `me`, or `none` for unassigned', commaList)
    .option('--category <list>', 'categories of the cause', commaList)
    .option('-q, --query <text>', 'full text: words, "phrases", -excluded')
    .option('--since <duration>', 'started no longer ago, such as 24h', parseWindow)
    .option('--hidden', 'the hidden ones')
    .addOption(new Option('--sort <key>', 'newest or gravest first').choices(INCIDENT_SORTS).default('startedAt'))
    .option('--limit <count>', 'how many at most', parseCount, 50)
    .action(async (flags: ListFlags) => (await import('./incidents/list.ts')).listIncidents(io, flags));
}

function showCommand({ io }: CommandContext): Command {
  return child('show', 'Show one incident: cause, proof, alerts, what happened, what is alike.', [
    'show 42',
    'show 42 -o yaml',
  ])
    .argument('<incident>', INCIDENT)
    .action(async (id: string, flags: IncidentFlags) =>
      (await import('./incidents/show.ts')).showIncident(io, id, flags),
    );
}

function ackCommand({ io }: CommandContext): Command {
  return child('ack', 'Acknowledge incidents: say that you work on them.', ['ack 42', 'ack 42 43', 'ack 42 --undo'])
    .argument('<incidents...>', INCIDENTS)
    .option('--undo', 'take the acknowledgement back')
    .action(async (ids: string[], flags: IncidentFlags & { undo?: boolean }) =>
      (await import('./incidents/change.ts')).acknowledge(io, ids, flags),
    );
}

function snoozeCommand({ io }: CommandContext): Command {
  return child('snooze', 'Put an incident to sleep; it wakes by itself, sooner when it becomes graver.', [
    'snooze 42 --for 2h',
    'snooze 42 --wake',
  ])
    .argument('<incident>', INCIDENT)
    .option('--for <duration>', 'how long, from 1m to 30d', parseWindow)
    .option('--wake', 'wake it now')
    .option('--reason <text>', 'why')
    .action(async (id: string, flags: ReasonFlags & { for?: number; wake?: boolean }) =>
      (await import('./incidents/change.ts')).snooze(io, id, flags),
    );
}

function assignCommand({ io }: CommandContext): Command {
  return child('assign', 'Give an incident to a person.', ['assign 42 me', 'assign 42 kim', 'assign 42 none'])
    .argument('<incident>', INCIDENT)
    .argument('<login>', 'whom; `me`, or `none` for nobody')
    .action(async (id: string, login: string, flags: IncidentFlags) =>
      (await import('./incidents/change.ts')).assign(io, { id, login }, flags),
    );
}

function resolveCommand({ io }: CommandContext): Command {
  return child('resolve', 'End incidents.', ['resolve 42 --reason "rolled back"', 'resolve 42 43'])
    .argument('<incidents...>', INCIDENTS)
    .option('--reason <text>', 'what ended them')
    .action(async (ids: string[], flags: ReasonFlags) =>
      (await import('./incidents/change.ts')).changeEach(
        io,
        { ids, verb: 'resolve', body: { reason: flags.reason } },
        flags,
      ),
    );
}

function reopenCommand({ io }: CommandContext): Command {
  return child('reopen', 'Bring resolved incidents back.', ['reopen 42 --reason "it is not over"'])
    .argument('<incidents...>', INCIDENTS)
    .option('--reason <text>', 'why')
    .action(async (ids: string[], flags: ReasonFlags) =>
      (await import('./incidents/change.ts')).changeEach(
        io,
        { ids, verb: 'reopen', body: { reason: flags.reason } },
        flags,
      ),
    );
}

function commentCommand({ io }: CommandContext): Command {
  return child('comment', 'Comment on an incident; without words the text is read from standard input.', [
    'comment 42 "the new release doubles memory"',
    'comment 42 < findings.md',
  ])
    .argument('<incident>', INCIDENT)
    .argument('[words...]', 'the comment, in Markdown')
    .action(async (id: string, words: string[], flags: IncidentFlags) =>
      (await import('./incidents/change.ts')).comment(io, { id, words }, flags),
    );
}

function mergeCommand({ io }: CommandContext): Command {
  return child('merge', 'Merge other incidents into one.', ['merge 42 43 44 --reason "one bad node"'])
    .argument('<into>', INCIDENT)
    .argument('<others...>', INCIDENTS)
    .option('--reason <text>', 'why they are one')
    .action(async (into: string, others: string[], flags: ReasonFlags) =>
      (await import('./incidents/change.ts')).merge(io, { into, others }, flags),
    );
}

function watchCommand({ io }: CommandContext): Command {
  return child('watch', 'Follow what happens to incidents until Ctrl-C; a broken connection loses nothing.', [
    'watch',
    'watch --incident 42',
    'watch -o json | jq .kind',
  ])
    .option('--incident <incident>', 'only this one')
    .option('--after <event>', 'begin after the event with this id', parseCount)
    .option('--count <events>', 'end after so many', parseCount)
    .action(async (flags: WatchFlags) => (await import('./incidents/watch.ts')).watchIncidents(io, flags));
}
