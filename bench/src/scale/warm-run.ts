import { setTimeout as sleep } from 'node:timers/promises';
import { openCluster } from '@headwater/adapters/kubernetes/cluster-reader.ts';
import { openClusterCache } from '@headwater/adapters/kubernetes/cluster-cache.ts';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { startReplay } from '@headwater/adapters/replay/server.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { clusterInput } from '@headwater/engine/collect/from-cluster.ts';
import { heldObjects } from '@headwater/engine/collect/held-objects.ts';
import { kindsToRead } from '@headwater/engine/collect/kinds-to-read.ts';

/** Milliseconds of one alert's diagnosis against informers that are already synced, several times. */
export async function warmRuns(recording: string, runs: number): Promise<number[]> {
  const source = await openRecording(recording);
  const replay = await startReplay({
    source,
    clock: { now: Date.now, wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined) },
  });
  const access = { kubeconfigText: replay.kubeconfig, env: {}, clock: Date.now };
  const cluster = await openCluster(access);
  const { resources } = kindsToRead((await cluster.resources()).resources);
  const cache = await openClusterCache({ ...access, resources, random: Math.random });
  try {
    await cache.ready();
    const alerts: Alert[] = [];
    for await (const item of source.read(['alerts'])) if (item.type === 'alert') alerts.push(item.alert);
    const now = (await cluster.time()) ?? Date.now();
    const measured: number[] = [];
    // The first round compiles; an informer that has run for a while has compiled long ago.
    for (let run = 0; run <= runs; run++) {
      const started = performance.now();
      const input = await clusterInput({
        sources: { cluster },
        now,
        alerts: alerts.slice(0, 1),
        subjects: [],
        namespaces: [],
        restrict: false,
        objects: heldObjects(cache.held()),
      });
      diagnose(input, { version: 'bench' });
      if (run > 0) measured.push(performance.now() - started);
    }
    return measured;
  } finally {
    await cache.stop();
    await cluster.close();
    await replay.stop();
  }
}
