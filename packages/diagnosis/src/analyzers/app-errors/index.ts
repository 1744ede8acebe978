import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeLog, citeTemplate } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { changeLineBefore } from '../../logs/change-line.ts';
import { errorTemplates, recordAt } from '../../logs/first-error.ts';
import { logClock, occurrenceOf } from '../../logs/freshness.ts';
import { topOwnFrame } from '../../logs/top-frame.ts';
import type { LogLine, LogTemplate } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { sharedConnectionError } from '../../topology/connection-errors.ts';
import { quote } from '../_shared/log-hits.ts';
import { type LogScene, logScenes } from '../_shared/log-scenes.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { lastChange } from '../_shared/suspect-change.ts';
import { isReported } from '../_shared/trouble.ts';

const CODE = 'container/errors-go-on';

/** Running workloads whose log is largely failures up to now: the hint when nothing finer reads them. */
export const analyzer: Analyzer = {
  name: 'app-errors',
  codes: { [CODE]: 'A running workload logs failures up to now that nothing finer explains.' },
  reads: ['Pod', 'Deployment', 'logs'],
  analyze(snapshot) {
    // Programs differ in what they call an error; only a reported incident makes an unknown one matter.
    if (!isReported(snapshot)) return [];
    const failing = logScenes(snapshot).flatMap((scene) => failuresIn(snapshot, scene));
    return groupByRoot(snapshot, failing, ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

interface Failing extends LogScene {
  readonly template: LogTemplate;
}

const MIN_COUNT = 10;
const MIN_SHARE = 0.05;

function failuresIn(snapshot: Snapshot, scene: LogScene): Failing[] {
  if (scene.mode === 'crash') return [];
  // What could not be reached is told elsewhere, of the one that was called.
  const own = errorTemplates(scene.stream).filter(({ sample }) => !sharedConnectionError(snapshot, sample.text));
  const going = own.filter(
    (template) => occurrenceOf(scene.stream, [template], logClock(snapshot))?.state === 'persists',
  );
  const all = occurrenceOf(scene.stream, going, logClock(snapshot));
  const [worst] = going;
  return worst && all && all.count >= MIN_COUNT && all.share >= MIN_SHARE ? [{ ...scene, template: worst }] : [];
}

function report(snapshot: Snapshot, group: PodGroup<Failing>): Finding {
  const { subject } = group;
  const [{ stream, template, view }] = group.entries;
  const told = changeLineBefore(stream, template.sample);
  const record = recordAt(stream, template.sample);
  const frame = topOwnFrame(record.map(({ text }) => text));
  const framed = frame ? record[frame.index] : undefined;
  const evidence = [
    citeTemplate(stream, template),
    ...(framed && framed.n !== template.sample.n ? [citeLog(stream, framed)] : []),
    ...(told ? [citeLog(stream, told)] : []),
  ];
  const change = lastChange(snapshot, subject, template.sample.time);
  const said = quote(evidence, template.sample.text);
  return {
    code: CODE,
    subject,
    category: 'app-crash',
    role: 'symptom',
    layer: 'state',
    strength: 0.45,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} logs a failure ${template.count} times, up to now${said === '' ? '' : `: ${said}`}${frame ? `, at \`${frame.place}\`` : ''}${toldBefore(evidence, told)}`,
    evidence: [...evidence, ...(change ? [change.evidence] : [])],
    aliases: podSubjects(group),
    since: template.sample.time,
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      {
        action: 'none',
        risk: 'R0',
        statement: `Read the failures of ${formatSubject(subject)}: nothing known explains them`,
        preconditions: [],
        undo: 'None needed',
      },
    ],
  };
}

function toldBefore(evidence: readonly Evidence[], told: LogLine | null): string {
  const words = told ? quote(evidence, told.text) : '';
  return words === '' ? '' : `; shortly before the first of them it logged ${words}`;
}
