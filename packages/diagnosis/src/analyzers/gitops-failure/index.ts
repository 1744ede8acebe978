import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { groupOf } from '../_shared/conditions.ts';
import { quote } from '../_shared/quote.ts';
import { judgeApplication } from './argo.ts';
import { isBuild, judgeBuild } from './build.ts';
import { judgeFlux } from './flux.ts';
import type { GitopsFault } from './fault.ts';

/** GitOps objects that do not bring the cluster to what Git says. */
export const analyzer: Analyzer = {
  name: 'gitops-failure',
  codes: {
    'gitops/sync-failed': 'What Git says could not be applied to the cluster.',
    'gitops/source-failed': 'The source of a GitOps object cannot be read or rendered.',
    'gitops/build-failed': 'The latest build of an image, or the pipeline that makes it, failed.',
    'gitops/degraded': 'What was applied is not healthy.',
    'gitops/dependency-not-ready': 'A GitOps object waits for another one.',
  },
  reads: [
    'Application',
    'ApplicationSet',
    'Kustomization',
    'HelmRelease',
    'GitRepository',
    'OCIRepository',
    'HelmRepository',
    'HelmChart',
    'Bucket',
    'Build',
    'BuildRun',
    'PipelineRun',
    'Image',
  ],
  analyze(snapshot) {
    return snapshot.objects
      .kinds()
      .flatMap((kind) =>
        KINDS.has(kind) || isBuild(kind)
          ? snapshot.objects.list(kind).flatMap((object) => judge(snapshot, object))
          : [],
      );
  },
};

const KINDS = new Set([
  'Application',
  'ApplicationSet',
  'Kustomization',
  'HelmRelease',
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Bucket',
]);

const BUILD_GROUPS = /^(?:build\.openshift\.io|shipwright\.io|tekton\.dev|kpack\.io)$/;

function judge(snapshot: Snapshot, object: KubeObject): Finding[] {
  const group = groupOf(object);
  const fault =
    group === 'argoproj.io'
      ? judgeApplication(snapshot, object)
      : group.endsWith('.toolkit.fluxcd.io')
        ? judgeFlux(snapshot, object)
        : BUILD_GROUPS.test(group)
          ? judgeBuild(snapshot, object)
          : null;
  return fault ? [report(object, fault)] : [];
}

function report(object: KubeObject, { code, says, message, evidence, strength, blames, since }: GitopsFault): Finding {
  const subject = subjectOf(object);
  const why = quote(message);
  // Objects that are unhealthy by themselves are the cause, not the tool that applied them.
  const effect = code === 'gitops/degraded' || code === 'gitops/dependency-not-ready';
  return {
    code,
    subject,
    category: 'gitops-failure',
    role: effect ? 'symptom' : 'cause',
    layer: 'change',
    strength,
    statement: `${formatSubject(subject)} ${says}${why === '' ? '' : `: ${why}`}`,
    evidence,
    blames,
    since,
    remediation: effect
      ? []
      : [
          {
            action: 'none',
            risk: 'R2',
            statement: 'Revert the commit, or repair what keeps it from being applied',
            preconditions: ['Changes go through Git, never to the live objects'],
            undo: 'Revert the revert',
          },
        ],
  };
}
