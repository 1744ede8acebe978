import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, textAt } from '../_shared/conditions.ts';
import { quote } from '../_shared/quote.ts';
import { base } from './base.ts';
import { guessedKinds } from './guessed.ts';
import { unknownKinds, type UnknownKind } from './complaints.ts';

/** Kinds that something asks for and the API server does not know, and definitions that do not work. */
export const analyzer: Analyzer = {
  name: 'crd-missing',
  codes: {
    'crd/missing': 'Something asks for a kind that no CustomResourceDefinition defines.',
    'crd/version-not-served': 'Something asks for a version of a kind that is no longer, or not yet, served.',
    'crd/conversion-failing':
      'The conversion webhook of a kind does not work, so its objects cannot be read or written.',
    'crd/not-established': 'A CustomResourceDefinition is not accepted or not established.',
  },
  reads: ['CustomResourceDefinition', 'Event', 'logs', '*'],
  analyze(snapshot) {
    const complaints = Map.groupBy(unknownKinds(snapshot), ({ kind, version }) => `${kind} ${version}`);
    const asked = [...complaints.keys()].sort().flatMap((key) => judge(snapshot, complaints.get(key) ?? []));
    const told = new Set(asked.map(({ subject }) => subjectKey(subject)));
    const unconverted = snapshot.objects
      .list('CustomResourceDefinition')
      .filter((definition) => !told.has(subjectKey(subjectOf(definition))))
      .flatMap((definition) => noConverter(snapshot, definition) ?? []);
    return [
      ...asked,
      ...unconverted,
      ...snapshot.objects.list('CustomResourceDefinition').flatMap(judgeDefinition),
      ...(asked.length > 0 ? [] : guessedKinds(snapshot)),
    ];
  },
};

type Definition = ObjectOf<'CustomResourceDefinition'>;

function judge(snapshot: Snapshot, complaints: readonly UnknownKind[]): Finding[] {
  const [first] = complaints;
  if (!first) return [];
  const definition = snapshot.objects
    .list('CustomResourceDefinition')
    .find(({ spec }) => spec?.names?.kind === first.kind && (first.group === '' || spec.group === first.group));
  if (first.conversion) return [conversion(first, definition)];
  const version = first.version.split('/').at(-1) ?? '';
  if (definition) return isServed(definition, version) ? [] : [notServed(first, definition, { version, complaints })];
  const sure = snapshot.objects.knows('CustomResourceDefinition');
  return [
    {
      ...base('crd/missing', first.asker),
      strength: sure ? 0.9 : 0.78,
      statement: `${formatSubject(first.asker)} asks for kind \`${first.kind}\` of \`${first.version}\`, which the API server does not know`,
      evidence: first.evidence,
      affects: complaints.slice(1, 20).map(({ asker }) => asker),
    },
  ];
}

// A complaint about a version that is served now is over.
function isServed({ spec }: Definition, version: string): boolean {
  const versions = spec?.versions ?? [];
  return (
    version === '' || versions.length === 0 || versions.some(({ name, served }) => name === version && served !== false)
  );
}

function notServed(
  { asker, evidence }: UnknownKind,
  definition: Definition,
  { version, complaints }: { version: string; complaints: readonly UnknownKind[] },
): Finding {
  const subject = subjectOf(definition);
  return {
    ...base('crd/version-not-served', subject),
    strength: 0.92,
    statement: `${formatSubject(asker)} asks for version \`${version}\` of ${formatSubject(subject)}, which does not serve it`,
    evidence: [...evidence, citeField(definition, 'spec.versions')],
    affects: complaints.slice(0, 20).map((each) => each.asker),
  };
}

function conversion({ asker, kind, evidence }: UnknownKind, definition: Definition | undefined): Finding {
  const subject: Subject = definition ? subjectOf(definition) : asker;
  return {
    ...base('crd/conversion-failing', subject),
    strength: 0.9,
    statement: `The conversion webhook of kind \`${kind}\` fails, so ${formatSubject(asker)} cannot read or write its objects`,
    evidence,
    affects: definition ? [asker] : [],
  };
}

/** A definition whose objects are converted by a Service that is not there. */
function noConverter(snapshot: Snapshot, definition: Definition): Finding | null {
  const at = 'spec.conversion.webhook.clientConfig.service';
  const [name, namespace] = [textAt(definition, `${at}.name`), textAt(definition, `${at}.namespace`)];
  const versions = definition.spec?.versions?.filter(({ served }) => served !== false) ?? [];
  if (textAt(definition, 'spec.conversion.strategy') !== 'Webhook' || name === '' || versions.length < 2) return null;
  if (snapshot.objects.existence('Service', namespace, name) !== 'absent') return null;
  const subject = subjectOf(definition);
  const service: Subject = { kind: 'Service', namespace, name };
  const users = snapshot.topology.templates.list(namespace).map(({ component }) => component);
  return {
    ...base('crd/conversion-failing', subject),
    strength: 0.75,
    statement: `${formatSubject(subject)} converts its objects by ${formatSubject(service)}, which does not exist, so kind \`${definition.spec?.names?.kind ?? ''}\` cannot be read in every version`,
    evidence: [citeField(definition, at), citeField(definition, 'spec.names.kind'), citeAbsent(snapshot, service)],
    aliases: [service],
    affects: users,
  };
}

function judgeDefinition(definition: Definition): Finding[] {
  const bad = definition.status?.conditions?.find(
    ({ type, status }) => status === 'False' && (type === 'NamesAccepted' || type === 'Established'),
  );
  if (!bad?.type || definition.metadata.deletionTimestamp) return [];
  const subject = subjectOf(definition);
  const why = quote(bad.message ?? '');
  const evidence = citeCondition(definition, bad.type);
  return [
    {
      ...base('crd/not-established', subject),
      strength: 0.85,
      statement: `${formatSubject(subject)} does not work: \`${bad.type}\` is False${why === '' ? '' : `, ${why}`}`,
      evidence,
    },
  ];
}
