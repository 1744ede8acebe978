import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { WARNING_REASONS } from '@headwater/engine/watch/warning-reasons.ts';
import { clusterList } from '../cluster-list.ts';
import { duration, flag, int, list, text } from '../kinds.ts';
import { optional, setting } from '../setting.ts';

/** Which clusters are read, and what is made of their Warning Events. */
export const kubernetesSettings = {
  kubeconfig: optional({
    env: 'HEADWATER_KUBECONFIG',
    kind: text,
    help: 'Kubeconfig of the cluster to read; without it KUBECONFIG, else the service account of the Pod, else no cluster is read.',
  }),
  context: optional({
    env: 'HEADWATER_KUBE_CONTEXT',
    kind: text,
    help: 'Context of the kubeconfig; without it the current one.',
  }),
  clusters: setting({
    env: 'HEADWATER_CLUSTERS',
    kind: clusterList,
    default: [],
    help: 'Several clusters in place of one: a list of `name`, `kubeconfig`, `context`, `prometheus`, `loki` and `tempo`, as YAML in the file or as JSON.',
  }),
  timeout: setting({
    env: 'HEADWATER_CLUSTER_TIMEOUT',
    kind: duration(SECOND, 5 * MINUTE),
    default: 10 * SECOND,
    help: 'How long one read of a cluster or of its telemetry may take before it counts as unreachable.',
  }),
  eventSignals: setting({
    env: 'HEADWATER_EVENT_SIGNALS',
    kind: flag,
    default: false,
    help: 'Watch the Warning Events of every cluster and treat them as alerts.',
  }),
  eventReasons: setting({
    env: 'HEADWATER_EVENT_REASONS',
    kind: list(text),
    default: WARNING_REASONS,
    help: 'Reasons of Warning Events that become alerts; `*` for every reason.',
  }),
  eventQuiet: setting({
    env: 'HEADWATER_EVENT_QUIET',
    kind: duration(MINUTE, 1440 * MINUTE),
    default: 15 * MINUTE,
    help: 'An alert made of an Event is resolved when the Event has not been repeated for this long.',
  }),
  eventLimit: setting({
    env: 'HEADWATER_EVENT_LIMIT',
    kind: int(1, 10_000),
    default: 60,
    help: 'New alerts per minute and cluster that may be made of Events; the others wait their turn.',
  }),
};
