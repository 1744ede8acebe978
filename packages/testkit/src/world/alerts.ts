import { MINUTE, type Millis } from '@headwater/core/time.ts';
import type { AlertDraft, NodePlan, Plan } from './plan.ts';
import type { RealPod } from './realise.ts';

interface AlertOptions {
  readonly alertname: string;
  readonly severity: 'warning' | 'critical' | 'info';
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly summary: string;
  readonly description: string;
  readonly at: Millis;
  readonly runbook?: string;
}

/** Adds a firing alert as Prometheus and Alertmanager of the kube-prometheus stack would send it. */
export function alert(plan: Plan, options: AlertOptions): void {
  const labels: Record<string, string> = {
    alertname: options.alertname,
    prometheus: 'monitoring/k8s',
    severity: options.severity,
  };
  for (const [key, value] of Object.entries(options.labels)) if (value !== undefined) labels[key] = value;
  const draft: AlertDraft = {
    labels,
    annotations: {
      description: options.description,
      runbook_url: `https://runbooks.prometheus-operator.dev/runbooks/kubernetes/${options.alertname.toLowerCase()}`,
      summary: options.summary,
    },
    startsAt: Math.min(options.at, plan.scene.zero - 20_000),
    endsAt: null,
  };
  plan.alerts.push(draft);
}

const KSM = { job: 'kube-state-metrics', instance: '10.0.1.9:8443', endpoint: 'https-main' };

export function podCrashLooping(plan: Plan, pod: RealPod, since: Millis): void {
  const container = pod.frame.spec.containers[0]?.name;
  alert(plan, {
    alertname: 'KubePodCrashLooping',
    severity: 'warning',
    labels: {
      ...KSM,
      container,
      namespace: pod.namespace,
      pod: pod.name,
      reason: 'CrashLoopBackOff',
      uid: pod.frame.uid,
    },
    summary: 'Pod is crash looping.',
    description: `Pod ${pod.namespace}/${pod.name} (${container}) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
    at: since + 15 * MINUTE,
  });
}

export function podNotReady(plan: Plan, pod: RealPod, since: Millis): void {
  alert(plan, {
    alertname: 'KubePodNotReady',
    severity: 'warning',
    labels: { namespace: pod.namespace, pod: pod.name },
    summary: 'Pod has been in a non-ready state for more than 15 minutes.',
    description: `Pod ${pod.namespace}/${pod.name} has been in a non-ready state for longer than 15 minutes on cluster .`,
    at: since + 15 * MINUTE,
  });
}

export function containerWaiting(plan: Plan, pod: RealPod, reason: string): void {
  const container = pod.frame.spec.containers[0]?.name;
  alert(plan, {
    alertname: 'KubeContainerWaiting',
    severity: 'warning',
    labels: { ...KSM, container, namespace: pod.namespace, pod: pod.name, reason, uid: pod.frame.uid },
    summary: 'Pod container waiting longer than 1 hour',
    description: `pod/${pod.name} in namespace ${pod.namespace} on container ${container} has been in waiting state for longer than 1 hour. (reason: "${reason}") on cluster .`,
    at: pod.frame.created + 60 * MINUTE,
  });
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

export function deploymentReplicasMismatch(plan: Plan, { namespace, name }: Named, since: Millis): void {
  alert(plan, {
    alertname: 'KubeDeploymentReplicasMismatch',
    severity: 'warning',
    labels: { ...KSM, deployment: name, namespace },
    summary: 'Deployment has not matched the expected number of replicas.',
    description: `Deployment ${namespace}/${name} has not matched the expected number of replicas for longer than 15 minutes on cluster .`,
    at: since + 15 * MINUTE,
  });
}

export function deploymentRolloutStuck(plan: Plan, { namespace, name }: Named, since: Millis): void {
  alert(plan, {
    alertname: 'KubeDeploymentRolloutStuck',
    severity: 'warning',
    labels: { ...KSM, condition: 'Progressing', deployment: name, namespace, status: 'false' },
    summary: 'Deployment rollout is not progressing.',
    description: `Rollout of deployment ${namespace}/${name} is not progressing for longer than 15 minutes on cluster .`,
    at: since + 25 * MINUTE,
  });
}

export function statefulSetReplicasMismatch(plan: Plan, { namespace, name }: Named, since: Millis): void {
  alert(plan, {
    alertname: 'KubeStatefulSetReplicasMismatch',
    severity: 'warning',
    labels: { ...KSM, namespace, statefulset: name },
    summary: 'StatefulSet has not matched the expected number of replicas.',
    description: `StatefulSet ${namespace}/${name} has not matched the expected number of replicas for longer than 15 minutes on cluster .`,
    at: since + 15 * MINUTE,
  });
}

export function nodeNotReady(plan: Plan, node: NodePlan, since: Millis): void {
  alert(plan, {
    alertname: 'KubeNodeNotReady',
    severity: 'warning',
    labels: { ...KSM, condition: 'Ready', node: node.name, status: 'true' },
    summary: 'Node is not ready.',
    description: `${node.name} has been unready for more than 15 minutes on cluster .`,
    at: since + 15 * MINUTE,
  });
}

export function nodeUnreachable(plan: Plan, node: NodePlan, since: Millis): void {
  alert(plan, {
    alertname: 'KubeNodeUnreachable',
    severity: 'warning',
    labels: { ...KSM, effect: 'NoSchedule', key: 'node.kubernetes.io/unreachable', node: node.name },
    summary: 'Node is unreachable.',
    description: `${node.name} is unreachable and some workloads may be rescheduled on cluster .`,
    at: since + 15 * MINUTE,
  });
}

/** A service-level alert of the team's own: error share of a Service's requests. */
export function highErrorRate(plan: Plan, service: Named, alertSpec: { since: Millis; percent: number }): void {
  const { namespace, name } = service;
  alert(plan, {
    alertname: 'HighRequestErrorRate',
    severity: 'critical',
    labels: { namespace, service: name, team: namespace },
    summary: `High share of failed requests on ${name}`,
    description: `${alertSpec.percent}% of the requests to ${name} in ${namespace} have failed over the last 5 minutes.`,
    at: alertSpec.since + 5 * MINUTE,
  });
}

/** A service-level alert of the team's own: 99th percentile of a Service's request duration. */
export function highLatency(plan: Plan, service: Named, alertSpec: { since: Millis; seconds: number }): void {
  const { namespace, name } = service;
  alert(plan, {
    alertname: 'HighRequestLatency',
    severity: 'warning',
    labels: { namespace, service: name, team: namespace },
    summary: `Slow requests on ${name}`,
    description: `The 99th percentile of request duration on ${name} in ${namespace} is ${alertSpec.seconds}s.`,
    at: alertSpec.since + 5 * MINUTE,
  });
}

export function targetDown(plan: Plan, service: Named, since: Millis): void {
  alert(plan, {
    alertname: 'TargetDown',
    severity: 'warning',
    labels: { job: service.name, namespace: service.namespace, service: service.name },
    summary: 'One or more targets are unreachable.',
    description: `100% of the ${service.name}/${service.name} targets in ${service.namespace} namespace are down.`,
    at: since + 10 * MINUTE,
  });
}

export function jobFailed(plan: Plan, job: Named, at: Millis): void {
  alert(plan, {
    alertname: 'KubeJobFailed',
    severity: 'warning',
    labels: { ...KSM, condition: 'true', job_name: job.name, namespace: job.namespace },
    summary: 'Job failed to complete.',
    description: `Job ${job.namespace}/${job.name} failed to complete. Removing failed job after investigation should clear this alert on cluster .`,
    at: at + 15 * MINUTE,
  });
}

/** The alert that always fires; never an incident. */
export function watchdog(plan: Plan): void {
  alert(plan, {
    alertname: 'Watchdog',
    severity: 'info',
    labels: {},
    summary: 'An alert that should always be firing to certify that Alertmanager is working properly.',
    description: 'This is an alert meant to ensure that the entire alerting pipeline is functional.',
    at: plan.scene.before(8_000),
  });
}
