import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { boundClaim } from '@headwater/testkit/world/storage.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The DataVolume's source address is of a host nobody knows; the importer fails again and again. */
export const fault: Fault = {
  code: 'KDS-vm-boot-failure',
  name: "a virtual machine's disk cannot be imported",
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-vm-boot-failure',
    title: 'A virtual machine does not get past provisioning',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-vm-boot');
      const namespace = 'demo-vm-boot';
      const at = scene.around('created', 9);
      const url = 'http://images.legacy.internal/rhel8/legacy-app.qcow2';
      const said = `Unable to connect to http data source: expected status code 200, got: Get "${url}": dial tcp: lookup images.legacy.internal: no such host`;
      const condition = (type: string, status: string, reason: string, message: string) => ({
        lastTransitionTime: stamp(at + 30 * SECOND),
        message,
        reason,
        status,
        type,
      });
      const volume = object(
        scene,
        { apiVersion: 'cdi.kubevirt.io/v1beta1', kind: 'DataVolume', namespace, name: 'legacy-app-rootdisk' },
        { created: at },
        {
          spec: { source: { http: { url } }, storage: { resources: { requests: { storage: '10Gi' } } } },
          status: {
            phase: 'ImportInProgress',
            progress: 'N/A',
            restartCount: 5,
            conditions: [
              condition('Bound', 'True', 'Bound', 'PVC legacy-app-rootdisk Bound'),
              condition('Ready', 'False', 'TransferRunning', ''),
              condition('Running', 'False', 'Error', said),
            ],
          },
        },
      );
      plan.objects.push(
        volume,
        object(
          scene,
          { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine', namespace, name: 'legacy-app' },
          { created: at },
          {
            spec: {
              runStrategy: 'Always',
              template: { spec: { volumes: [{ dataVolume: { name: 'legacy-app-rootdisk' }, name: 'rootdisk' }] } },
            },
            status: {
              printableStatus: 'Provisioning',
              ready: false,
              conditions: [condition('Ready', 'False', 'VMINotExists', 'VMI does not exist')],
            },
          },
        ),
        ...boundClaim(scene, {
          namespace,
          name: 'legacy-app-rootdisk',
          size: '10Gi',
          created: at + SECOND,
          labels: { app: 'containerized-data-importer' },
        }),
      );
      plan.events.push({
        about: about(volume),
        type: 'Warning',
        reason: 'Error',
        message: said,
        component: 'datavolume-import-controller',
        count: 6,
        first: at + 30 * SECOND,
        last: scene.before(1),
      });
      fire(plan, {
        alertname: 'KubeVirtVMProvisioningStuck',
        severity: 'critical',
        labels: { name: 'legacy-app', namespace, status: 'provisioning' },
        summary: 'VirtualMachine legacy-app in namespace demo-vm-boot is stuck in Provisioning.',
        description:
          'The VM has been in Provisioning for more than 2 minutes. Its DataVolume may be unable to import its source.',
        at: at + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'DataVolume', namespace: 'demo-vm-boot', name: 'legacy-app-rootdisk' }],
        category: ['object-invalid', 'dns-name-wrong', 'crd-missing', 'dependency-address-wrong', 'gitops-failure'],
        keywords: [['images.legacy.internal']],
      }),
  },
};
